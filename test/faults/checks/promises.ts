import type { DeployDetail } from '../../../shared/api/deploys.ts'
import type { VersionsTable } from '../../../shared/api/versions.ts'
import { broken, hostPromises, nameOf, type HostCase, type Promises } from './host-promises.ts'
import { isEntry } from './host-facts.ts'

/** One service on one host after a round, and what is said about it elsewhere. */
export interface Case extends HostCase {
  readonly host: string
  /** Deploys that were made meanwhile and have this host among their targets, oldest first. */
  readonly deploys: readonly DeployDetail[]
  readonly table: VersionsTable
  /** What the service's own processes wrote of themselves meanwhile. */
  readonly starts: readonly Start[]
}

export interface Start {
  /** `start`, or `second copy` when another one ran at the same time. */
  readonly what: string
  readonly version: string
  readonly pid: number
}

const roundPromises: Promises<Case> = {
  'it answers': ({ after: { processes, answer, current }, goods }) => {
    const [process] = processes
    if (!process) return answer && `process ${answer.pid} answers, which is none of the service's`
    if (answer?.pid !== process.pid)
      return `process ${process.pid} should answer, ${String(answer?.pid)} does`
    const version = nameOf({ goods }, current)
    return answer.version === version ? undefined : `${answer.version} answers, not ${version}`
  },

  'nothing starts without an order': ({ before, ordered, starts, wasKilled }) => {
    const [old] = before.processes
    if (!old || wasKilled || starts.length === 0 || ordered.some((digest) => digest !== old.release))
      return undefined
    return `it was started ${starts.length} times, and nothing else was ordered`
  },

  'never two at a time': ({ starts }) =>
    starts.some(({ what }) => what === 'second copy')
      ? 'a second copy was started beside the first'
      : undefined,

  'only what was ordered is started': (checked) => {
    const { before, ordered, starts } = checked
    const journalled = isEntry(before.journal) ? before.journal.next.digest : undefined
    const allowed = [before.current, journalled, ...ordered].map((digest) => nameOf(checked, digest))
    const stranger = starts.find(({ version }) => !allowed.includes(version))
    return stranger && `${stranger.version} was started, which nobody ordered`
  },

  // Until then it may still go back, and the next round would take that for its own doing.
  'the watch comes to its end': ({ after: { journal } }) =>
    isEntry(journal) && journal.watch && journal.watch.until > Date.now()
      ? 'its release is still watched'
      : undefined,

  'the table says what runs': (checked) => {
    const { table, host, service, after } = checked
    const row = table.rows.find((candidate) => candidate.host.name === host)
    const cell = row?.cells.find((candidate) => candidate.service === service)
    const [process] = after.processes
    if (cell?.running !== process?.release || cell?.pid !== process?.pid)
      return `the table says ${nameOf(checked, cell?.running)} as ${String(cell?.pid)}, really it is ${nameOf(checked, process?.release)} as ${String(process?.pid)}`
    if (process === undefined || cell?.sync === 'in-sync') return undefined
    return `the table says ${cell?.sync ?? 'nothing'} (${cell?.why ?? ''})`
  },

  'the deploy says what happened': (checked) => {
    const target = checked.deploys.at(-1)?.targets.find(({ hostName }) => hostName === checked.host)
    if (!target) return undefined
    const { state, version, previousVersion, confirmed } = target
    const running = nameOf(checked, checked.after.processes[0]?.release)
    const isDone = state === 'committed' || state === 'skipped'
    if (isDone && (running !== version || !confirmed))
      return `the deploy says ${state} ${version}${confirmed ? '' : ', unconfirmed'}; what runs is ${running}`
    if (state === 'rolled-back' && running === version && version !== previousVersion)
      return `the deploy says rolled-back from ${version}, but that is what runs`
    return undefined
  },
}

/** By the name of the promise, how it is broken. */
export const brokenPromises = (checked: Case): Record<string, string> => ({
  ...broken(hostPromises, checked),
  ...broken(roundPromises, checked),
})
