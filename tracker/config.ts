import { accessSync, constants, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import * as z from 'zod'
import { parseStoreLocation } from '../shared/artifact-store.ts'
import { parseSetting } from '../shared/command-line.ts'
import { messageOf, PersonError } from '../shared/errors.ts'

/** What `tracker serve` is told on its command line. */
export interface ServeOptions {
  readonly data: string
  readonly listen: string
  readonly url?: string | undefined
  readonly store?: string | undefined
  readonly natsListen: string
  readonly natsUrl?: string | undefined
  /** Milliseconds. */
  readonly silentAfter: number
}

export interface TrackerConfig {
  readonly dataDir: string
  readonly host: string
  readonly port: number
  /** Under which hosts and people reach the tracker; by default where it listens. */
  readonly publicUrl: string | undefined
  readonly storeLocation: string
  readonly natsListen: string
  /** Of a NATS server that somebody else runs; then the tracker starts none. */
  readonly natsUrl: string | undefined
  readonly silentAfterMs: number
}

const Address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/, 'an address is HOST:PORT')
  .refine((address) => portOf(address) <= 65_535, 'a port is at most 65535')

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1))
const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '')

export const readConfig = (options: ServeOptions): TrackerConfig => {
  const dataDir = resolve(options.data)
  const listen = parseSetting(Address, '--listen', options.listen)
  const storeLocation = options.store ?? `directory:${dataDir}/artifacts`
  parseStoreLocation(storeLocation)
  prepareDirectory(dataDir)
  return {
    dataDir,
    host: hostOf(listen),
    port: portOf(listen),
    publicUrl:
      options.url === undefined
        ? undefined
        : parseSetting(z.url({ protocol: /^https?$/ }), '--url', options.url).replace(/\/$/, ''),
    storeLocation,
    natsListen: parseSetting(Address, '--nats-listen', options.natsListen),
    natsUrl:
      options.natsUrl === undefined
        ? undefined
        : parseSetting(z.url({ protocol: /^(nats|tls)$/ }), '--nats-url', options.natsUrl),
    silentAfterMs: options.silentAfter,
  }
}

const prepareDirectory = (dataDir: string): void => {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.W_OK)
  } catch (error) {
    throw new PersonError('usage', `The data directory ${dataDir} cannot be used: ${messageOf(error)}.`, {
      hint: 'Give one that this user may write to with --data.',
      cause: error,
    })
  }
}
