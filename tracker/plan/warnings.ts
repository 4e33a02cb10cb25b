import {
  hasAll,
  type Plan,
  type PlanHost,
  type PlanWarning,
  type PresentVersion,
} from '../../shared/api/plans.ts'
import { count, sizeOf, some } from '../../shared/wording.ts'
import type { Busy, InTheWay } from './in-the-way.ts'

/** What warnings are made of. */
export type Prospect = InTheWay &
  Pick<Plan, 'service' | 'version' | 'digest' | 'config' | 'hosts' | 'present' | 'quarantined' | 'force'>

type Warn = (prospect: Prospect) => string[]

/** Everything that a person should know before the first host is touched: what stands in the way first. */
const warnings: readonly [PlanWarning['kind'], Warn][] = [
  ['lock', ({ restrictions }) => textsOf(restrictions, 'lock')],
  ['freeze', ({ restrictions }) => textsOf(restrictions, 'freeze')],
  ['busy', ({ service, busy }) => busy.map((each) => busyText(service, each))],
  ['quarantine', (prospect) => quarantineText(prospect)],
  ['no-room', ({ hosts }) => of(hosts.filter(lacksRoom), roomText)],
  ['refused', ({ hosts }) => refusalTexts(hosts)],
  [
    'downgrade',
    ({ version, present }) => present.filter(isNewer).map((group) => downgradeText(version, group)),
  ],
  ['diverged', ({ version, present }) => present.filter(isApart).map((group) => apartText(version, group))],
  [
    'silent',
    ({ hosts }) =>
      of(
        hosts.filter(({ silent }) => silent),
        silentText,
      ),
  ],
  ['same-version', (prospect) => sameText(prospect)],
  ['versions', ({ present }) => (present.length > 1 ? [`The hosts differ: ${presentText(present)}.`] : [])],
  ['clusters', ({ hosts }) => clusterText(hosts)],
]

export const warningsOf = (prospect: Prospect): PlanWarning[] =>
  warnings.flatMap(([kind, warn]) => warn(prospect).map((message) => ({ kind, message })))

/** Nothing is said of nobody. */
const of = (hosts: readonly PlanHost[], text: (hosts: readonly PlanHost[]) => string): string[] =>
  hosts.length > 0 ? [text(hosts)] : []

const textsOf = (restrictions: InTheWay['restrictions'], kind: 'lock' | 'freeze'): string[] =>
  restrictions.filter((restriction) => restriction.kind === kind).map(({ text }) => text)

const busyText = (service: string, { deploy: { createdBy, id, state }, hostNames }: Busy): string =>
  `${service} is being deployed by ${createdBy} (deploy ${id}, ${state}) on ${some(hostNames)}: until that ends, no other deploy of it begins there.`

const quarantineText = ({ service, version, quarantined, force }: Prospect): string[] =>
  quarantined === undefined
    ? []
    : [
        `${service} ${version} is in quarantine (${quarantined.replace(/\.$/, '')})${force ? '; --force lets it in.' : ': it is refused without --force.'}`,
      ]

const filesystems = ['services', 'state'] as const

const lacksRoom = ({ room }: PlanHost): boolean =>
  room !== undefined && filesystems.some((name) => room[name].free < room[name].needed)

const roomText = (hosts: readonly PlanHost[]): string =>
  `Not enough room on ${count(hosts.length, 'host')}: ${some(hosts.map(roomOf))}.`

const roomOf = ({ hostName, room }: PlanHost): string => {
  const short = filesystems.map((name) => room?.[name]).find((each) => each && each.free < each.needed)
  return short ? `${hostName} (${sizeOf(short.free)} free, ${sizeOf(short.needed)} needed)` : hostName
}

const maxRefusals = 5

/** Hosts that say the same are told of together. */
const refusalTexts = (hosts: readonly PlanHost[]): string[] => {
  const groups = new Map<string, string[]>()
  for (const host of hosts) {
    if (host.refusal === undefined || lacksRoom(host)) continue
    groups.set(host.refusal, [...(groups.get(host.refusal) ?? []), host.hostName])
  }
  const texts = [...groups].map(([refusal, names]) => `${some(names)} would refuse it: ${refusal}`)
  const rest = [...groups.values()].slice(maxRefusals).flat()
  return [...texts.slice(0, maxRefusals), ...(rest.length > 0 ? [`${some(rest)} would refuse it too.`] : [])]
}

const isNewer = ({ gained, lost }: PresentVersion): boolean => gained?.count === 0 && (lost?.count ?? 0) > 0
const isApart = ({ gained, lost }: PresentVersion): boolean =>
  (gained?.count ?? 0) > 0 && (lost?.count ?? 0) > 0

const downgradeText = (version: string, group: PresentVersion): string =>
  `A downgrade on ${count(group.hosts, 'host')}: ${version} is ${count(group.lost?.count ?? 0, 'commit')} behind ${nameOf(group)}.`

const apartText = (version: string, group: PresentVersion): string =>
  `${version} is no successor of ${nameOf(group)}, which ${count(group.hosts, 'host')} ${group.hosts === 1 ? 'has' : 'have'}: ` +
  `${count(group.lost?.count ?? 0, 'commit')} would go, ${group.gained?.count ?? 0} would come.`

const silentText = (hosts: readonly PlanHost[]): string =>
  `${some(hosts.map(({ hostName }) => hostName))}: no answer; tried last, and brought up to date when back.`

const sameText = (prospect: Prospect): string[] => {
  const { version, hosts } = prospect
  const same = hosts.filter((host) => hasAll(host, prospect))
  if (same.length === 0) return []
  if (same.length === hosts.length) return [`All ${count(hosts.length, 'host')} have ${version} already.`]
  return [
    `${version} is there already on ${count(same.length, 'host')}: ${some(same.map(({ hostName }) => hostName))}.`,
  ]
}

const presentText = (present: readonly PresentVersion[]): string =>
  some(present.map((group) => `${nameOf(group)} on ${count(group.hosts, 'host')}`))

const nameOf = ({ version, digest }: PresentVersion): string => version ?? digest?.slice(0, 12) ?? 'nothing'

const clusterText = (hosts: readonly PlanHost[]): string[] => {
  const clusters = new Map<string, number>()
  for (const { cluster } of hosts) clusters.set(cluster, (clusters.get(cluster) ?? 0) + 1)
  if (clusters.size < 2) return []
  const each = [...clusters].map(([name, number]) => `${name} (${count(number, 'host')})`)
  return [`The hosts are in ${clusters.size} clusters: ${some(each)}.`]
}
