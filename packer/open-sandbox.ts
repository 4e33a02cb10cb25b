import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { PersonError } from '../shared/errors.ts'
import { isWithin } from './build/sandbox/paths.ts'
import { Sandbox } from './build/sandbox/sandbox.ts'
import type { BuildSettings } from './config.ts'

/** As the flags of `packer run` and `packer build` say it. */
export interface SandboxFlags {
  /** False by `--no-sandbox` alone. */
  readonly sandbox: boolean
  /** What builds may read beside what they always may. */
  readonly sandboxRead: readonly string[]
}

/**
 * The sandbox of this packer's builds; undefined when a person wants none. `secrets` are directories that no build may see beside HOME. Throws
 * `unavailable` when the machine cannot have one, and `usage` for a `--sandbox-read` that shows what must not be seen.
 */
export const openSandbox = async (
  { sandbox, sandboxRead }: SandboxFlags,
  secrets: readonly string[],
  { npmrc, pipConfig }: BuildSettings,
): Promise<Sandbox | undefined> => {
  if (!sandbox) return undefined
  const reads = sandboxRead.map((path) => checkedRead(resolve(path), secrets))
  const files = [npmrc, pipConfig].filter((path) => path !== undefined)
  return Sandbox.open({ secrets: [...secrets, homedir()], reads, files })
}

const checkedRead = (path: string, secrets: readonly string[]): string => {
  const inside = secrets.find((secret) => isWithin(secret, path))
  if (existsSync(path) && inside === undefined) return path
  const reason =
    inside === undefined ? 'there is no such path' : `that would show builds what is in ${inside}`
  throw new PersonError('usage', `Builds cannot be shown ${path}: ${reason}.`, {
    field: '--sandbox-read',
    hint: 'Name the directory of a tool or of packages.',
  })
}
