import { grabberService } from '../../shared/domain/names.ts'
import { releaseDir, type HostPaths } from '../../shared/host/layout.ts'
import type { Logger } from '../../shared/log.ts'
import { readJournal, writeJournal } from '../install/journal.ts'
import { isSameSlot, readReason, readSlot } from './slots.ts'

/**
 * The launcher may go back from a grabber that was committed already, as it keeps dying. The journal is made to say so before anything is
 * recovered from it: the rest is the way back of any upgrade.
 */
export const tellTakenBack = async (paths: HostPaths, log: Logger): Promise<void> => {
  const entry = await readJournal(paths, grabberService, log)
  if (entry?.state !== 'committed') return
  const slot = { seq: entry.seq, directory: releaseDir(paths, grabberService, entry.next.digest) }
  if (!isSameSlot(slot, readSlot(paths.state, 'failed'))) return
  await writeJournal(paths, grabberService, {
    ...entry,
    state: 'rolling-back',
    changedAt: Date.now(),
    error: `The new grabber was given up by the launcher: ${readReason(paths.state)}.`,
  })
}
