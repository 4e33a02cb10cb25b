import { isAtRest } from '../../shared/domain/install-state.ts'
import type { Digest } from '../../shared/domain/names.ts'
import type { JournalEntry } from '../../shared/host/journal.ts'
import { readProcessRecord } from '../../shared/host/process-record.ts'
import { readCurrent } from '../../shared/host/release.ts'
import { readLaunch } from '../releases/launch.ts'
import { listReleases, removable, removeReleases } from '../releases/retention.ts'
import type { Host } from './host.ts'
import { readJournal } from './journal.ts'
import { discardStaging } from './staging.ts'

const usualKeep = 5

/** Removes releases that nobody will go back to, and what a crash left in staging. For when no order is being carried out. */
export const cleanUp = async (host: Host, service: string, signal: AbortSignal): Promise<void> => {
  const { paths } = host
  const current = await readCurrent(paths, service)
  const keep = current ? (await readLaunch(paths, service, current)).config.keep_releases : usualKeep
  const entry = await readJournal(paths, service, host.log)
  const pinned = pinnedBy(entry, current, readProcessRecord(paths, service)?.digest)
  const old = removable(await listReleases(paths, service), keep, pinned)
  await removeReleases(paths, service, old, signal)
  await discardStaging(host, service)
}

/** What is current, what runs, what would be gone back to, and what an order is still about. */
export const pinnedBy = (
  entry: JournalEntry | undefined,
  current: Digest | undefined,
  running: Digest | undefined,
): ReadonlySet<Digest> => {
  const inFlight = entry && !isAtRest(entry.state) ? entry.next : undefined
  return new Set([current, running, entry?.previous, inFlight].filter((digest) => digest !== undefined))
}
