import { useState, type ReactElement } from 'react'
import type { BuildView } from '../../../../shared/api/builds.ts'
import { useLive } from '../api/use-live.ts'
import { StartBuild } from '../build/start-build.tsx'
import { buildLooks } from '../deploys/deploy-looks.ts'
import { ServiceFilter } from '../deploys/service-filter.tsx'
import { Link } from '../router/link.tsx'
import { navigate, withQuery } from '../router/router.ts'
import { formatBytes } from '../text/bytes.ts'
import { plainText } from '../text/plain-text.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { Icon } from '../ui/icon.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Ago, Took } from '../ui/time.tsx'
import { useTitle } from '../ui/title.ts'
import { BuildsNav } from './builds-nav.tsx'
import { buildsSource } from './builds-view.ts'

export const BuildsPage = ({ service }: { service: string | undefined }): ReactElement => {
  useTitle('Builds')
  return (
    <>
      <header className="page-header headline">
        <h1>Builds</h1>
        <BuildsNav here="/builds" />
        <ServiceFilter
          service={service}
          onChange={(chosen) => navigate(withQuery('service', chosen), { replace: true })}
        />
        <BuildNow service={service} />
      </header>
      <BuildsList key={service ?? ''} service={service} />
    </>
  )
}

const BuildNow = ({ service }: { service: string | undefined }): ReactElement => {
  const [asked, setAsked] = useState(false)
  return (
    <>
      <button type="button" className="button" onClick={() => setAsked(true)}>
        <Icon name="hammer" />
        Build now
      </button>
      {asked && <StartBuild service={service} onClose={() => setAsked(false)} />}
    </>
  )
}

const BuildsList = ({ service }: { service: string | undefined }): ReactElement => {
  const { view, failure } = useLive(() => buildsSource(service))
  return (
    <>
      {failure && <FailureBox failure={failure} />}
      {view?.builds.length === 0 && (
        <EmptyState
          title={service === undefined ? 'No builds yet' : `${service} has not been built yet`}
          text="A deploy builds what it needs; this builds without deploying."
          command={`tracker build ${service ?? 'web'}`}
        />
      )}
      {view && view.builds.length > 0 && <BuildsTable builds={view.builds} />}
    </>
  )
}

const BuildsTable = ({ builds }: { builds: readonly BuildView[] }): ReactElement => (
  <table className="deploys builds">
    <thead>
      <tr>
        <th scope="col">Build</th>
        <th scope="col">State</th>
        <th scope="col">Size</th>
        <th scope="col">When</th>
        <th scope="col">Took</th>
      </tr>
    </thead>
    <tbody>
      {builds.map((build) => (
        <BuildRow key={build.id} build={build} />
      ))}
    </tbody>
  </table>
)

const BuildRow = ({ build }: { build: BuildView }): ReactElement => (
  <tr>
    <td className="deploy-name">
      <Link to={`/builds/${build.id}`} className="row-link">
        <span className="deploy-id">{build.id}</span>
        <span className="service-version">
          <strong>{build.service}</strong>
          <span className="version">@{build.version}</span>
        </span>
      </Link>
      <span className="deploy-note">{plainText(build.error ?? build.subject)}</span>
    </td>
    <td className="deploy-state">
      <StateBadge look={buildLooks[build.state]} />
    </td>
    <td className="build-size number">{build.size === undefined ? '' : formatBytes(build.size)}</td>
    <td className="deploy-when">
      <Ago at={build.createdAt} />
    </td>
    <td className="deploy-took">
      {build.startedAt !== undefined && build.state !== 'queued' && (
        <Took from={build.startedAt} to={build.endedAt} />
      )}
    </td>
  </tr>
)
