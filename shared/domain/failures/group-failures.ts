import type { InstallState } from '../install-state.ts'
import { differencesOf } from './differences.ts'
import { didFail } from './failed-at.ts'
import type { FailureGroup } from './failure-group.ts'
import { skeletonOf, type Skeleton } from './skeleton.ts'
import { isLoud } from './telling-lines.ts'

/** What is known of one host of a deploy. */
export interface HostOutcome {
  readonly hostId: string
  readonly hostName: string
  readonly state: InstallState
  readonly failedAt?: InstallState | undefined
  readonly error?: string | undefined
  /** The telling lines of its service's output. */
  readonly said?: readonly string[] | undefined
}

interface Line {
  readonly raw: string
  readonly skeleton: Skeleton
}

interface Outcome {
  readonly host: HostOutcome
  readonly error: Line
  readonly said: readonly Line[]
}

/**
 * The hosts of a deploy that did not come through, by cause: those that failed at one step with one error, and whose services
 * spoke of one error, apart from what differs from host to host anyway. Biggest group first; in which order the hosts are
 * given changes nothing. `service` is what was deployed: a host of that name does not hide it.
 */
export const groupFailures = (hosts: Iterable<HostOutcome>, service: string): FailureGroup[] => {
  const { failed, others } = byOutcome(hosts)
  if (failed.length === 0) return []
  const read = (host: HostOutcome): Outcome => readOutcome(host, service)
  const groups = groupByCause(failed.sort(byName).map(read))
  const owners = ownersOf([...groups, others.map(read)])
  return groups.map((group) => groupOf(group, owners)).sort((a, b) => b.hosts.length - a.hosts.length)
}

const byOutcome = (hosts: Iterable<HostOutcome>): { failed: HostOutcome[]; others: HostOutcome[] } => {
  const failed: HostOutcome[] = []
  const others: HostOutcome[] = []
  for (const host of hosts) {
    if (didFail(host.state) && !wasToldToGoBack(host)) failed.push(host)
    else if (host.said && host.said.length > 0) others.push(host)
  }
  return { failed, others }
}

/** With the whole deploy, because of others: what went wrong on a host itself always comes with an error. */
const wasToldToGoBack = ({ state, error }: HostOutcome): boolean =>
  (state === 'rolling-back' || state === 'rolled-back') && error === undefined

const collator = new Intl.Collator('en', { numeric: true })

const byName = (a: HostOutcome, b: HostOutcome): number =>
  collator.compare(a.hostName, b.hostName) || (a.hostId < b.hostId ? -1 : 1)

const readOutcome = (host: HostOutcome, service: string): Outcome => {
  const [label = ''] = host.hostName.split('.', 1)
  const own = [host.hostName, label].filter((name) => name !== service)
  const read = (raw: string): Line => ({ raw, skeleton: skeletonOf(raw, own) })
  return { host, error: read(firstLine(host.error ?? '')), said: (host.said ?? []).map(read) }
}

const firstLine = (text: string): string => text.trimStart().split('\n', 1)[0] ?? ''

const groupByCause = (outcomes: readonly Outcome[]): Outcome[][] => {
  const groups = new Map<string, Outcome[]>()
  for (const outcome of outcomes) {
    const cause = causeOf(outcome)
    const group = groups.get(cause)
    if (group) group.push(outcome)
    else groups.set(cause, [outcome])
  }
  return [...groups.values()]
}

/** What a service says when nothing is wrong in its words differs by chance: only words of an error tell causes apart. */
const causeOf = ({ host, error, said: [first] }: Outcome): string =>
  [
    host.state === 'unreachable',
    host.failedAt,
    error.skeleton.text,
    first && isLoud(first.raw) ? first.skeleton.text : '',
  ].join('\n')

/** For each line that was said, how many hosts of which group did. */
type Owners = ReadonlyMap<string, ReadonlyMap<readonly Outcome[], number>>

const ownersOf = (groups: readonly (readonly Outcome[])[]): Owners => {
  const owners = new Map<string, Map<readonly Outcome[], number>>()
  for (const group of groups) {
    for (const text of group.flatMap(textsOf)) {
      const counts = owners.get(text) ?? new Map<readonly Outcome[], number>()
      owners.set(text, counts.set(group, (counts.get(group) ?? 0) + 1))
    }
  }
  return owners
}

const textsOf = ({ said }: Outcome): string[] => [...new Set(said.map(({ skeleton }) => skeleton.text))]

const groupOf = (group: readonly Outcome[], owners: Owners): FailureGroup => {
  const [first] = group
  const line = first?.said.find(({ skeleton }) => setsApart(group, owners.get(skeleton.text)))
  return {
    ...(first?.host.failedAt ? { step: first.host.failedAt } : {}),
    error: first?.error.raw ?? '',
    ...(line ? { line: line.raw } : {}),
    differences: differencesIn(group, line),
    hosts: group.map(({ host: { hostId, hostName, state } }) => ({ hostId, hostName, state })),
  }
}

/** Most of the group said it, and nobody else. */
const setsApart = (group: readonly Outcome[], counts: ReadonlyMap<readonly Outcome[], number> | undefined) =>
  counts?.size === 1 && (counts.get(group) ?? 0) * 2 > group.length

const differencesIn = (group: readonly Outcome[], line: Line | undefined): FailureGroup['differences'] => {
  const errors = group.map(({ host, error }) => ({ hostName: host.hostName, skeleton: error.skeleton }))
  const lines = group.flatMap(({ host, said }) =>
    said
      .filter(({ skeleton }) => skeleton.text === line?.skeleton.text)
      .slice(0, 1)
      .map(({ skeleton }) => ({ hostName: host.hostName, skeleton })),
  )
  return [...differencesOf(errors), ...differencesOf(lines)]
}
