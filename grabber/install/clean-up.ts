import { isAtRest } from '../../shared/domain/install-state.ts'
import type { Digest } from '../../shared/domain/names.ts'
import type { ConfigId } from '../../shared/domain/settings.ts'
import type { Edition } from '../../shared/host/edition.ts'
import type { JournalEntry } from '../../shared/host/journal.ts'
import { readProcessRecord } from '../../shared/host/process-record.ts'
import { releaseDir } from '../../shared/host/layout.ts'
import { removeConfigs } from '../releases/config-store.ts'
import { readManifest } from '../releases/launch.ts'
import { provenEdition } from '../releases/marker.ts'
import { listReleases, removable, removeReleases } from '../releases/retention.ts'
import { currentEdition } from './editions.ts'
import type { Host } from './host.ts'
import { readJournal } from './journal.ts'
import { discardStaging } from './staging.ts'

const usualKeep = 5

/** Removes releases and configs that nobody will go back to, and what a crash left in staging. For when no order is being carried out. */
export const cleanUp = async (host: Host, service: string, signal: AbortSignal): Promise<void> => {
  const { paths } = host
  const entry = await readJournal(paths, service, host.log)
  const current = await currentEdition(paths, service, entry)
  const keep = current
    ? (await readManifest(releaseDir(paths, service, current.digest), service)).config.keep_releases
    : usualKeep
  const pinned = pinnedBy(entry, current, readProcessRecord(paths, service))
  const old = removable(await listReleases(paths, service), keep, digestsOf(pinned))
  await removeReleases(paths, service, old, signal)
  const proven = (await listReleases(paths, service)).map(provenEdition)
  await removeConfigs(paths, service, configsOf([...pinned, ...proven]))
  await discardStaging(host, service)
}

/** What is current, what runs, what would be gone back to, and what an order is still about. */
export const pinnedBy = (
  entry: JournalEntry | undefined,
  current: Edition | undefined,
  running: Edition | undefined,
): Edition[] => {
  const inFlight = entry && !isAtRest(entry.state) ? entry.next : undefined
  return [current, running, entry?.previous, inFlight].filter((edition) => edition !== undefined)
}

const digestsOf = (editions: readonly Edition[]): ReadonlySet<Digest> =>
  new Set(editions.map(({ digest }) => digest))

const configsOf = (editions: readonly (Edition | undefined)[]): ReadonlySet<ConfigId> =>
  new Set(editions.flatMap((edition) => edition?.config ?? []))
