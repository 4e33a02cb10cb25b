import { useState, type ReactElement } from 'react'
import type { ServiceView } from '../../../../shared/api/services.ts'
import { StartBuild } from '../build/start-build.tsx'
import { call } from '../api/client.ts'
import { listServices } from '../api/routes.ts'
import { useLoad } from '../api/use-load.ts'
import { selectionText } from '../deploy/selection-text.ts'
import { RestrictionNotices } from '../restrictions/restriction-notices.tsx'
import { Link } from '../router/link.tsx'
import { LastDeploy } from '../services/last-deploy.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { Icon } from '../ui/icon.tsx'
import { useTitle } from '../ui/title.ts'
import { HooksSection } from './hooks-section.tsx'
import { LinksSection } from './links-section.tsx'

/** What has a service built and deployed. */
export const ServicePage = ({ name }: { name: string }): ReactElement => {
  const { answer, failure } = useLoad((signal) => call(listServices, {}, signal))
  const service = answer?.services.find((each) => each.name === name)
  useTitle(name)
  return (
    <>
      {failure && <FailureBox failure={failure} />}
      {answer && !service && (
        <EmptyState
          title={`There is no service ${name}`}
          text="Register it once:"
          command={`tracker services add ${name} https://git.example.org/${name}.git`}
        />
      )}
      {service && (
        <>
          <ServiceHeader service={service} />
          <HooksSection service={name} />
          <LinksSection service={name} />
        </>
      )}
    </>
  )
}

const ServiceHeader = ({ service }: { service: ServiceView }): ReactElement => {
  const { name, repo, path, rules } = service
  const [asked, setAsked] = useState(false)
  return (
    <header className="page-header">
      <div className="headline">
        <h1>{name}</h1>
        <div className="actions">
          <button type="button" className="button" onClick={() => setAsked(true)}>
            <Icon name="hammer" />
            Build now
          </button>
        </div>
      </div>
      <p className="facts">
        <span className="repo">
          {repo}
          {path === '.' ? '' : `, in ${path}`}
        </span>
        <Link to={`/?service=${name}`}>its deploys</Link>
        <Link to={`/builds?service=${name}`}>its builds</Link>
        <Link to={`/storage?service=${name}`}>what is kept of it</Link>
      </p>
      <LastDeploy service={service} />
      {rules.length > 0 && (
        <p className="hint">Hosts that join get it by themselves: {rules.map(selectionText).join('; ')}.</p>
      )}
      <RestrictionNotices of={service.restrictions} />
      {asked && <StartBuild service={name} onClose={() => setAsked(false)} />}
    </header>
  )
}
