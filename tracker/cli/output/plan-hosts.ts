import { hasAll, type Plan, type PlanHost, type PresentVersion } from '../../../shared/api/plans.ts'
import { changeText, editionText } from '../../../shared/domain/edition-text.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { count, sizeOf, some } from '../../../shared/wording.ts'
import type { Paint } from './palette.ts'
import { table } from './table.ts'

interface Style {
  readonly columns: number
  readonly paint: Paint
}

/** So many groups are shown; a rollout host by host has as many as there are hosts. */
const shownGroups = 15

/** Hosts of one batch that have the same now and fare the same, in one line. */
export const groupTable = (plan: Plan, { columns, paint }: Style): string[] => {
  const groups = groupsOf(plan.hosts)
  const rest = groups.slice(shownGroups).flat().length
  const rows = groups
    .slice(0, shownGroups)
    .map((hosts, index, all) => [
      hosts[0]?.batch === all[index - 1]?.[0]?.batch ? '' : batchName(hosts[0]),
      changeOf(plan, hosts[0], paint),
      String(hosts.length),
      pullsOf(hosts),
      leastFree(hosts),
      some(hosts.map(({ hostName }) => hostName)),
    ])
  return [
    ...table(['BATCH', 'CHANGE', 'HOSTS', 'PULL', 'FREE', 'WHO'], rows, columns),
    ...(rest > 0
      ? [`… and ${count(rest, 'host')} more in ${count(groups.length - shownGroups, 'group')}: --hosts`]
      : []),
  ]
}

export const everyHost = (plan: Plan, { columns, paint }: Style): string[] =>
  table(
    ['HOST', 'CLUSTER', 'BATCH', 'CHANGE', 'PULL', 'FREE', 'NOTE'],
    plan.hosts.map((host) => [
      host.hostName,
      host.cluster,
      batchName(host),
      changeOf(plan, host, paint),
      pullsOf([host]),
      leastFree([host]),
      safeText(host.refusal ?? ''),
    ]),
    columns,
  )

/** In the order of the plan, which is that of the batches. */
const groupsOf = (hosts: readonly PlanHost[]): PlanHost[][] => {
  const groups = new Map<string, PlanHost[]>()
  for (const host of hosts) {
    const { batch, digest = '', config, silent, refusal } = host
    const key = [batch, digest, config, silent, refusal !== undefined].join(' ')
    const group = groups.get(key)
    if (group) group.push(host)
    else groups.set(key, [host])
  }
  return [...groups.values()]
}

const batchName = (host: PlanHost | undefined): string => (host?.batch === 0 ? 'canary' : String(host?.batch))

/** `v1 → v2`, `v2, config 2 → 3`; `v2` for what is there already; `?` where a host is silent, `!` where it would refuse. */
const changeOf = (plan: Plan, host: PlanHost | undefined, paint: Paint): string => {
  if (!host) return ''
  const before = { version: versionName(host), config: host.config }
  const change = hasAll(host, plan)
    ? paint('good', editionText(plan.version, plan.config))
    : changeText(before, plan)
  const silent = host.silent ? ` ${paint('bad', '?')}` : ''
  return `${change}${silent}${host.refusal === undefined ? '' : ` ${paint('bad', '!')}`}`
}

const pullsOf = (hosts: readonly PlanHost[]): string => {
  const known = hosts.flatMap(({ pulls }) => pulls ?? [])
  return known.length === 0 ? '-' : sizeOf(known.reduce((sum, pulls) => sum + pulls, 0))
}

/** Where the services of the fullest of them lie. */
const leastFree = (hosts: readonly PlanHost[]): string => {
  const known = hosts.flatMap(({ room }) => room?.services.free ?? [])
  return known.length === 0 ? '-' : sizeOf(Math.min(...known))
}

export const versionName = ({ version, digest }: Pick<PresentVersion, 'version' | 'digest'>): string =>
  version ?? digest?.slice(0, 12) ?? 'nothing'
