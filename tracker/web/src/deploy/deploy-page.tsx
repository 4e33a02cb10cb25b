import { useCallback, useEffect, type ReactElement } from 'react'
import { useLive } from '../api/use-live.ts'
import { BuildLog } from '../build/build-log.tsx'
import { buildSource } from '../build/build-view.ts'
import { deployLooks } from '../deploys/deploy-looks.ts'
import { Link } from '../router/link.tsx'
import { navigate, useLocation, withQuery } from '../router/router.ts'
import { announce } from '../ui/announcer.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { useTitle } from '../ui/title.ts'
import { DeployHeader } from './deploy-header.tsx'
import { deploySource } from './deploy-source.ts'
import type { DeployPageView } from './deploy-view.ts'
import { HostDrawer } from './host-drawer.tsx'
import { HostsSection } from './hosts-section.tsx'
import { PhaseRail } from './phase-rail.tsx'
import { Problems } from './problems.tsx'

export const DeployPage = ({ id }: { id: number }): ReactElement => {
  const { view, failure } = useLive(() => deploySource(id))
  useTitle(
    view
      ? `${deployLooks[view.deploy.state].word}: ${view.deploy.service}@${view.deploy.version}`
      : `Deploy ${id}`,
  )
  return (
    <>
      {failure && <FailureBox failure={failure} />}
      {view && <Deploy view={view} />}
    </>
  )
}

const Deploy = ({ view }: { view: DeployPageView }): ReactElement => {
  const query = useLocation().searchParams
  const openHost = useCallback((hostId: string) => navigate(withQuery('host', hostId)), [])
  const chosen = view.targets.get(query.get('host') ?? '')
  useSpokenState(view)
  return (
    <>
      <DeployHeader view={view} />
      <Problems service={view.deploy.service} targets={view.targets} onOpen={openHost} />
      <PhaseRail view={view} />
      {showsBuildLog(view) && view.build && <LiveBuildLog key={view.build.id} id={view.build.id} />}
      <HostsSection view={view} query={query} onOpen={openHost} />
      {chosen && (
        <HostDrawer
          key={chosen.hostId}
          deployId={view.deploy.id}
          target={chosen}
          onClose={() => navigate(withQuery('host', undefined))}
        />
      )}
    </>
  )
}

const showsBuildLog = ({ deploy, build }: DeployPageView): boolean =>
  deploy.state === 'building' || build?.state === 'failed'

const LiveBuildLog = ({ id }: { id: number }): ReactElement | null => {
  const { view } = useLive(() => buildSource(id))
  return (
    <section aria-label="Build" className="build-section">
      <h2>
        <Link to={`/builds/${id}`}>Build {id}</Link>
      </h2>
      {view?.build.subject !== undefined && <p className="hint">{view.build.subject}</p>}
      <BuildLog view={view ?? { lines: [], dropped: 0 }} />
    </section>
  )
}

/** Says each new state of the deploy aloud. */
const useSpokenState = ({ deploy }: DeployPageView): void => {
  const { word } = deployLooks[deploy.state]
  useEffect(() => {
    announce(`${deploy.service} ${deploy.version}: ${word}`)
  }, [deploy.service, deploy.version, word])
}
