import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../shared/errors.ts'
import { isSameEdition, type Edition } from '../../shared/host/edition.ts'
import type { JournalEntry, ReleaseWatch } from '../../shared/host/journal.ts'
import { readProcessRecord, type ProcessEnd } from '../../shared/host/process-record.ts'
import { bootId, isAlive } from '../../shared/host/process.ts'
import { openOrder } from '../../shared/signing/orders.ts'
import { markUnproven } from '../releases/marker.ts'
import { lastProven, listReleases } from '../releases/retention.ts'
import type { Host } from './host.ts'
import { openInstall } from './install.ts'
import { rollBack } from './rollback.ts'

const lookEveryMs = 1000

/** Names the process that runs now as the one to be watched for `period` ms from now on; nothing when there is none. */
export const watchOf = ({ paths }: Host, service: string, period: number): Pick<JournalEntry, 'watch'> => {
  const record = readProcessRecord(paths, service)
  if (!record || period === 0) return {}
  const since = Date.now()
  return { watch: { process: record.identity, since, until: since + period } }
}

/** The watch that a journal speaks of, if it is one of this host's and nothing came of it yet. */
export const watchIn = (host: Host, { host: owner, state, watch }: JournalEntry): ReleaseWatch | undefined =>
  owner === host.id && (state === 'committed' || state === 'skipped') ? watch : undefined

/** Resolves with true as soon as the process dies early, with false when its watch is over. Throws when `signal` is aborted. */
export const diesEarly = async (
  host: Host,
  service: string,
  watch: ReleaseWatch,
  signal: AbortSignal,
): Promise<boolean> => {
  for (;;) {
    const left = watch.until - Date.now()
    if (hasDiedEarly(host, service, watch)) return true
    if (left <= 0) return false
    await delay(Math.min(left, lookEveryMs), undefined, { signal })
  }
}

/**
 * Whether the process ended within its watch. When the grabber was away meanwhile, only the last of several ends is known: then
 * the release died early if it lived no longer than its watch on average. A reboot says nothing about a release.
 */
export const hasDiedEarly = ({ supervisor }: Host, service: string, watch: ReleaseWatch): boolean => {
  if (isAlive(watch.process) || watch.process.bootId !== bootId()) return false
  const { lastEnd, restarts, identity } = supervisor.status(service)
  const ends = Math.max(1, identity ? restarts : restarts + 1)
  const endedAt = lastEnd?.at ?? Date.now() - lookEveryMs
  return (endedAt - watch.since) / ends <= watch.until - watch.since
}

/** Brings the release of before back, after the one that was committed has died. Without one it is left to its supervisor. */
export const goBack = async (host: Host, entry: JournalEntry, shutdown: AbortSignal): Promise<void> => {
  const order = openOrder(entry.order, host.orderKey)
  const previous = await releaseBefore(host, order.service, entry)
  if (previous === undefined) {
    host.log.error({ service: order.service }, 'it died early, and there is no release to go back to')
    return
  }
  await markUnproven(host.paths, order.service, entry.next, previous).catch((error: unknown) => {
    host.log.warn({ err: messageOf(error), service: order.service }, 'the release still counts as proven')
  })
  const install = await openInstall(host, order, { ...entry, previous })
  await rollBack(install, deathOf(host, order.service, entry), shutdown)
}

/** The very same may have been installed again: then what was good before it. */
const releaseBefore = async (
  { paths }: Host,
  service: string,
  { previous, next }: JournalEntry,
): Promise<Edition | undefined> =>
  isSameEdition(previous, next) ? lastProven(await listReleases(paths, service), next) : previous

const deathOf = ({ supervisor }: Host, service: string, { watch }: JournalEntry): string => {
  const end = supervisor.status(service).lastEnd
  const after = watch && end ? ` ${Math.max(0, (end.at - watch.since) / 1000).toFixed(1)} s` : ''
  return `${service} ended by itself (${describeEnd(end)})${after} after it was committed.`
}

const describeEnd = (end: ProcessEnd | undefined): string => {
  if (end?.signal !== undefined) return `killed by SIG${end.signal}`
  return end?.code === undefined ? 'how is not known' : `exit code ${end.code}`
}
