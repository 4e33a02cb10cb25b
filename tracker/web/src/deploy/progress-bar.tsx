import type { ReactElement } from 'react'
import type { InstallState } from '../../../../shared/domain/install-state.ts'
import {
  countGroups,
  groupOrder,
  installGroups,
  type GroupCounts,
  type InstallGroup,
} from './install-groups.ts'

/** From the left: what has arrived, then what is on its way. What waits is the empty rest. */
const barOrder: readonly InstallGroup[] = [
  'done',
  'skipped',
  'failed',
  'rolled-back',
  'unreachable',
  'late',
  'switching',
  'staged',
  'fetching',
]

interface ProgressBarProps {
  readonly counts: Partial<Record<InstallState, number>>
  readonly total: number
}

export const ProgressBar = ({ counts, total }: ProgressBarProps): ReactElement => {
  const groups = countGroups(counts)
  return (
    <div className="progress">
      <div
        className="progress-bar"
        role="img"
        aria-label={describe(groups, total)}
        title={describe(groups, total)}
      >
        {barOrder.map((group) => (
          <span
            key={group}
            className={`tone-${installGroups[group].tone} fill-${group}`}
            style={{ width: `${total === 0 ? 0 : (groups[group] / total) * 100}%` }}
          />
        ))}
      </div>
      <span className="progress-text">
        {groups.done + groups.skipped}/{total}
      </span>
    </div>
  )
}

const describe = (groups: GroupCounts, total: number): string => {
  const parts = groupOrder
    .filter((group) => groups[group] > 0)
    .map((group) => `${groups[group]} ${installGroups[group].word}`)
  return `${total} ${total === 1 ? 'host' : 'hosts'}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
}
