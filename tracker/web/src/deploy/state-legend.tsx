import type { ReactElement } from 'react'
import type { InstallState } from '../../../../shared/domain/install-state.ts'
import { Icon } from '../ui/icon.tsx'
import { countGroups, groupOrder, installGroups, type InstallGroup } from './install-groups.ts'

interface StateLegendProps {
  readonly counts: Partial<Record<InstallState, number>>
  readonly total: number
  readonly chosen: InstallGroup | undefined
  readonly onChoose: (group: InstallGroup | undefined) => void
}

/** How many hosts are in each state; a click shows only those. All are always there, so that nothing moves. */
export const StateLegend = ({ counts, total, chosen, onChoose }: StateLegendProps): ReactElement => {
  const groups = countGroups(counts)
  // As wide as the largest number that it may come to.
  const digits = String(total).length
  return (
    <div className="legend" role="group" aria-label="Show only hosts that are">
      {groupOrder.map((group) => (
        <button
          key={group}
          type="button"
          className={`legend-item tone-${installGroups[group].tone} ${groups[group] === 0 ? 'none' : ''}`}
          aria-pressed={chosen === group}
          onClick={() => onChoose(chosen === group ? undefined : group)}
        >
          <Icon name={installGroups[group].icon} />
          <span className="number" style={{ minWidth: `${digits}ch` }}>
            {groups[group]}
          </span>
          {installGroups[group].word}
        </button>
      ))}
    </div>
  )
}
