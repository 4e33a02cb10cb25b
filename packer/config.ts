import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { parseSetting } from '../shared/command-line.ts'
import { Duration } from '../shared/domain/units.ts'
import { maxCapacity } from '../shared/messages/build.ts'

/** Everything that a packer keeps is below one directory. */
export interface PackerPaths {
  readonly identity: string
  readonly lock: string
  /** Bare copies of repos. */
  readonly git: string
  /** What is being built now: emptied at start. */
  readonly build: string
  /** What npm, pnpm, yarn, pip, Go and Cargo have downloaded, for each service by itself. */
  readonly cache: string
  /** What earlier builds have installed. */
  readonly layers: string
  /** Of tarballs that were made, what later ones can have compressed already. */
  readonly pieces: string
}

export const pathsIn = (work: string): PackerPaths => ({
  identity: join(work, 'identity.json'),
  lock: join(work, 'packer.lock'),
  git: join(work, 'git'),
  build: join(work, 'build'),
  cache: join(work, 'cache'),
  layers: join(work, 'layers'),
  pieces: join(work, 'pieces'),
})

export const Capacity = z.coerce.number('a capacity is a number of builds').int().min(1).max(maxCapacity)

export interface BuildSettings {
  readonly timeoutMs: number
  /** Registry settings of the user that the packer runs as, when there are any. */
  readonly npmrc: string | undefined
  readonly pipConfig: string | undefined
}

/** Throws `usage` when the time limit is no duration. */
export const readBuildSettings = async (timeout: string): Promise<BuildSettings> => ({
  timeoutMs: parseSetting(Duration, '--build-timeout', timeout),
  npmrc: await firstExisting([join(homedir(), '.npmrc')]),
  pipConfig: await firstExisting([join(homedir(), '.config/pip/pip.conf'), join(homedir(), '.pip/pip.conf')]),
})

export const TrackerUrl = z.url({ protocol: /^https?$/, error: 'an address is http(s)://host[:port]' })

const firstExisting = async (paths: readonly string[]): Promise<string | undefined> => {
  for (const path of paths) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path
  }
  return undefined
}
