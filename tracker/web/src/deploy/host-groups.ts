import type { TargetView } from '../../../../shared/api/deploys.ts'
import { naturalOrder } from '../text/natural-order.ts'
import { groupBy } from './group-by.ts'
import { groupOf, type InstallGroup } from './install-groups.ts'

export type GroupBy = 'batch' | 'cluster'

interface HostGroup {
  readonly name: string
  readonly targets: readonly TargetView[]
}

const needsPerson: readonly InstallGroup[] = ['failed', 'rolled-back', 'unreachable', 'late']

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
