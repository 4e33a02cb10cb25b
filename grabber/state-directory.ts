import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, PersonError } from '../shared/errors.ts'
import {
  configFile,
  environmentFile,
  journalFile,
  processFile,
  type HostPaths,
} from '../shared/host/layout.ts'
import { syncPath } from './durable.ts'

/** Makes what lies in the state directory, durably. Throws `usage` when it cannot be written. */
export const prepareStateDirectory = async (paths: HostPaths): Promise<void> => {
  try {
    const kept = [journalFile, processFile, environmentFile].map((fileOf) => fileOf(paths, 'any'))
    for (const file of [...kept, configFile(paths, 'any', '')])
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await syncPath(paths.state)
  } catch (error) {
    throw new PersonError(
      'usage',
      `The state directory ${paths.state} cannot be used: ${messageOf(error)}.`,
      {
        hint: 'Give a directory that this user may write, with --state.',
        cause: error,
      },
    )
  }
}
