import type { Rollout } from '../../../shared/domain/rollout.ts'
import type { PlannedHost } from './planned-host.ts'

/** Who comes first. Hosts that are silent come last, whatever the order: as canaries they would tell nothing. */
export const inOrder = (hosts: readonly PlannedHost[], order: Rollout['order']): PlannedHost[] => {
  const named = [...hosts].sort((a, b) => compareNames(a.host.name, b.host.name))
  const ordered = order === 'name' ? named : spread(named, order.slice('spread:'.length))
  return [...ordered.filter(({ silent }) => !silent), ...ordered.filter(({ silent }) => silent)]
}

/** One host of each value of the label, then the second of each, and so on; hosts without it are one more value. */
const spread = (hosts: readonly PlannedHost[], label: string): PlannedHost[] => {
  const valueOf = ({ host }: PlannedHost): string => host.labels[label] ?? ''
  const values = [...new Set(hosts.map(valueOf))].sort(compareNames)
  const groups = values.map((value) => hosts.filter((host) => valueOf(host) === value))
  const rounds = Math.max(0, ...groups.map((group) => group.length))
  return Array.from({ length: rounds }, (_, round) => groups.flatMap((group) => group[round] ?? [])).flat()
}

/** So that web-10 comes after web-9. */
const compareNames = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })
