import { useDeferredValue, useState, type ReactElement } from 'react'
import { useLive } from '../api/use-live.ts'
import { navigate, withQuery } from '../router/router.ts'
import { counted } from '../text/counted.ts'
import { naturalOrder } from '../text/natural-order.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { Icon } from '../ui/icon.tsx'
import { useTitle } from '../ui/title.ts'
import { filterRows, summarise } from './versions-filter.ts'
import { VersionsTable } from './versions-table.tsx'
import { versionsSource, type VersionsView } from './versions-view.ts'

export const VersionsPage = ({ query }: { query: URLSearchParams }): ReactElement => {
  const { view, failure } = useLive(versionsSource)
  useTitle('Versions')
  return (
    <div className="versions-page">
      <header className="page-header headline">
        <h1>Versions</h1>
        {view && <Summary view={view} />}
      </header>
      {failure && <FailureBox failure={failure} />}
      {view && (view.rows.length === 0 ? <NoHosts /> : <FilteredTable view={view} query={query} />)}
    </div>
  )
}

const Summary = ({ view }: { view: VersionsView }): ReactElement => {
  const { hosts, silent, outOfSync } = summarise(view.rows)
  return (
    <p className="summary">
      <span>{counted(hosts, 'host')}</span>
      <span className={outOfSync > 0 ? 'tone-bad' : 'tone-good'}>
        <Icon name={outOfSync > 0 ? 'alert' : 'check'} />
        {outOfSync > 0 ? `${outOfSync} out of sync` : 'all in sync'}
      </span>
      <span className={silent > 0 ? 'tone-warning' : 'tone-plain'}>
        <Icon name="moon" />
        {silent} silent
      </span>
    </p>
  )
}

const NoHosts = (): ReactElement => (
  <EmptyState
    title="No hosts yet"
    text="A host joins with a token that is good for fifteen minutes:"
    command="tracker enroll web-1.prod -c prod"
  />
)

const FilteredTable = ({ view, query }: { view: VersionsView; query: URLSearchParams }): ReactElement => {
  const [text, setText] = useState(query.get('q') ?? '')
  const cluster = query.get('cluster') ?? undefined
  const outOfSyncOnly = query.get('sync') === 'out'
  const rows = filterRows(view.rows, { text: useDeferredValue(text), cluster, outOfSyncOnly })
  return (
    <>
      <div className="filters">
        <label className="search">
          <Icon name="search" />
          <input
            type="search"
            placeholder="Host name or regex"
            aria-label="Host name or regular expression"
            value={text}
            onChange={({ target }) => {
              setText(target.value)
              setQuery('q', target.value)
            }}
          />
        </label>
        <ClusterFilter view={view} cluster={cluster} />
        <label className="check">
          <input
            type="checkbox"
            checked={outOfSyncOnly}
            onChange={({ target }) => setQuery('sync', target.checked ? 'out' : undefined)}
          />
          Out of sync only
        </label>
      </div>
      {rows.length === 0 ? (
        <p className="hint">{outOfSyncOnly ? 'Nothing is out of sync here.' : 'No host matches.'}</p>
      ) : (
        <VersionsTable services={view.services} rows={rows} />
      )}
    </>
  )
}

const setQuery = (name: string, value: string | undefined): void =>
  navigate(withQuery(name, value), { replace: true })

const ClusterFilter = ({
  view,
  cluster,
}: {
  view: VersionsView
  cluster: string | undefined
}): ReactElement => (
  <label className="filter">
    <span>Cluster</span>
    <select value={cluster ?? ''} onChange={({ target }) => setQuery('cluster', target.value)}>
      <option value="">All</option>
      {[...new Set(view.rows.map(({ host }) => host.cluster))].sort(naturalOrder).map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  </label>
)
