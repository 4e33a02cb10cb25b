import { createUser, fromSeed } from 'nkeys.js'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyObject } from 'node:crypto'
import { errnoOf } from '../shared/errors.ts'
import { decodePrivateKey, encodePrivateKey, generatePrivateKey } from '../shared/signing/keys.ts'

/** The tracker's own secrets, each in a file of its own that only its user can read; made on the first start. */
export interface TrackerKeys {
  readonly order: KeyObject
  readonly orders: Nkey
  readonly rpc: Nkey
  readonly storeSecret: string
  /** Opens the values of settings: a copy of the database alone does not. */
  readonly settings: string
  /** Opens the URLs of notifiers and the keys of their signatures. */
  readonly notifiers: string
  /** Opens the secrets of hooks and the tokens of forges. */
  readonly hooks: string
}

export interface Nkey {
  readonly seed: string
  readonly publicKey: string
}

export const loadKeys = (dataDir: string): TrackerKeys => {
  const dir = join(dataDir, 'keys')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const keep = (name: string, make: () => string): string => readOrMake(join(dir, name), make)
  return {
    order: decodePrivateKey(keep('order-key.pem', () => encodePrivateKey(generatePrivateKey()))),
    orders: nkeyOf(keep('nats-orders.seed', newSeed)),
    rpc: nkeyOf(keep('nats-rpc.seed', newSeed)),
    storeSecret: keep('store-secret', newSecret),
    settings: keep('settings-key', newSecret),
    notifiers: keep('notifiers-key', newSecret),
    hooks: keep('hooks-key', newSecret),
  }
}

const newSecret = (): string => randomBytes(32).toString('base64url')

const newSeed = (): string => new TextDecoder().decode(createUser().getSeed())

const nkeyOf = (seed: string): Nkey => ({
  seed,
  publicKey: fromSeed(new TextEncoder().encode(seed)).getPublicKey(),
})

const readOrMake = (path: string, make: () => string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    const content = make()
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' })
    return content
  }
}
