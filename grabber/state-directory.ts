import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, PersonError } from '../shared/errors.ts'
import { environmentFile, journalFile, processFile, type HostPaths } from '../shared/host/layout.ts'
import { syncPath } from './durable.ts'

/** Makes what lies in the state directory, durably. Throws `usage` when it cannot be written. */
export const prepareStateDirectory = async (paths: HostPaths): Promise<void> => {
  try {
    for (const fileOf of [journalFile, processFile, environmentFile])
      await mkdir(dirname(fileOf(paths, 'any')), { recursive: true, mode: 0o700 })
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
