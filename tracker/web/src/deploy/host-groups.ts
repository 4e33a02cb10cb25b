import type { TargetView } from '../../../../shared/api/deploys.ts'
import { naturalOrder } from '../text/natural-order.ts'
import { groupBy } from './group-by.ts'
import { groupOf, type InstallGroup } from './install-groups.ts'

export type GroupBy = 'batch' | 'cluster'

interface HostGroup {
  readonly name: string
  readonly targets: readonly TargetView[]
}

const needsPerson: readonly InstallGroup[] = ['failed', 'rolled-back', 'unreachable']

const rank = (target: TargetView): number => {
  const index = needsPerson.indexOf(groupOf[target.state])
  return index === -1 ? needsPerson.length : index
}

const byRank = (a: TargetView, b: TargetView): number => rank(a) - rank(b)

/** Hosts by batch or by cluster, failures first in each and else in the order given; with `only`, just those in that group of states. */
export const groupHosts = (
  targets: Iterable<TargetView>,
  by: GroupBy,
  only?: InstallGroup,
): readonly HostGroup[] => {
  const shown = [...targets].filter((target) => only === undefined || groupOf[target.state] === only)
  const groups = groupBy(shown, (target) => (by === 'batch' ? target.batch : target.cluster))
  return [...groups]
    .sort(([a], [b]) => naturalOrder(String(a), String(b)))
    .map(([key, members]) => ({
      name: typeof key === 'number' ? batchName(key) : key,
      targets: members.sort(byRank),
    }))
}

const batchName = (batch: number): string => (batch === 0 ? 'Canary' : `Batch ${batch}`)

export interface Problem {
  readonly error: string
  readonly targets: readonly TargetView[]
}

/** Hosts that did not come through, those with one cause together: 38 failures are often one. */
export const groupProblems = (targets: Iterable<TargetView>): readonly Problem[] => {
  const troubled = [...targets].filter((target) => needsPerson.includes(groupOf[target.state]))
  const causes = groupBy(troubled, (target) => `${groupOf[target.state]} ${causeOf(target)}`)
  return [...causes.values()]
    .map((members) => members.sort(byRank))
    .map((members) => ({ error: members[0]?.error ?? '', targets: members }))
    .sort((a, b) => b.targets.length - a.targets.length)
}

/** The error without what differs from host to host. */
const causeOf = ({ error = '', hostName }: TargetView): string =>
  error.replaceAll(hostName, '…').replace(/\d+/g, '#')
