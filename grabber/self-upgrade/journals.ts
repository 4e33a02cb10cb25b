import { readFile } from 'node:fs/promises'
import { messageOf, PersonError } from '../../shared/errors.ts'
import { parseJournal } from '../../shared/host/journal.ts'
import { journalFile, type HostPaths } from '../../shared/host/layout.ts'
import { journalledServices } from '../install/journal.ts'

/** Throws `invalid` naming the first journal of an older grabber that this one does not understand. It changes nothing. */
export const requireReadableJournals = async (paths: HostPaths): Promise<void> => {
  for (const service of await journalledServices(paths)) {
    const path = journalFile(paths, service)
    try {
      parseJournal(await readFile(path, 'utf8'))
    } catch (error) {
      throw new PersonError(
        'invalid',
        `This grabber cannot read ${path}, which the one before wrote: ${messageOf(error)}.`,
        {
          hint: 'The one before goes on. Upgrade by way of a version between the two.',
          cause: error,
        },
      )
    }
  }
}
