import type { ReactElement } from 'react'
import { navigate, withQuery } from '../router/router.ts'
import type { DeployPageView } from './deploy-view.ts'
import { HostGrid } from './host-grid.tsx'
import { groupHosts, type GroupBy } from './host-groups.ts'
import { groupOrder, type InstallGroup } from './install-groups.ts'
import { StateLegend } from './state-legend.tsx'

interface HostsSectionProps {
  readonly view: DeployPageView
  readonly query: URLSearchParams
  readonly onOpen: (hostId: string) => void
}

export const HostsSection = ({ view, query, onOpen }: HostsSectionProps): ReactElement => {
  const by: GroupBy = query.get('by') === 'cluster' ? 'cluster' : 'batch'
  const only = groupOrder.find((group) => group === query.get('state'))
  const groups = groupHosts(view.targets.values(), by, only)
  return (
    <section aria-label="Hosts" className="hosts">
      <div className="hosts-head">
        <h2>Hosts</h2>
        <GroupByChoice by={by} />
      </div>
      <StateLegend counts={view.counts} total={view.deploy.total} chosen={only} onChoose={chooseState} />
      {groups.length === 0 && <p className="hint">No host is in this state now.</p>}
      <HostGrid groups={groups} compact={view.targets.size > compactFrom} onOpen={onOpen} />
    </section>
  )
}

/** From here on hosts are squares without their names. */
const compactFrom = 60

const chooseState = (group: InstallGroup | undefined): void =>
  navigate(withQuery('state', group), { replace: true })

const GroupByChoice = ({ by }: { by: GroupBy }): ReactElement => (
  <div className="choice" role="group" aria-label="Group hosts by">
    {(['batch', 'cluster'] as const).map((choice) => (
      <button
        key={choice}
        type="button"
        aria-pressed={by === choice}
        onClick={() => navigate(withQuery('by', choice === 'batch' ? undefined : choice), { replace: true })}
      >
        By {choice}
      </button>
    ))}
  </div>
)
