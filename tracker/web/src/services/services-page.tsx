import type { ReactElement } from 'react'
import type { ServiceView } from '../../../../shared/api/services.ts'
import { call } from '../api/client.ts'
import { listServices } from '../api/routes.ts'
import { useLoad } from '../api/use-load.ts'
import { selectionText } from '../deploy/selection-text.ts'
import { Link } from '../router/link.tsx'
import { RestrictionNotices } from '../restrictions/restriction-notices.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { useTitle } from '../ui/title.ts'
import { LastDeploy } from './last-deploy.tsx'

export const ServicesPage = (): ReactElement => {
  const { answer, failure } = useLoad((signal) => call(listServices, {}, signal))
  useTitle('Services')
  return (
    <>
      <header className="page-header">
        <h1>Services</h1>
      </header>
      {failure && <FailureBox failure={failure} />}
      {answer?.services.length === 0 && (
        <EmptyState
          title="No services yet"
          text="A service is a git repository with a service.yaml in it. Register it once:"
          command="tracker services add web https://git.example.org/web.git"
        />
      )}
      <ul className="cards">
        {answer?.services.map((service) => (
          <ServiceCard key={service.name} service={service} />
        ))}
      </ul>
    </>
  )
}

const ServiceCard = ({ service }: { service: ServiceView }): ReactElement => (
  <li className="card">
    <h2>
      <Link to={`/services/${service.name}`}>{service.name}</Link>
    </h2>
    <p className="hint repo">
      {service.repo}
      {service.path === '.' ? '' : `, in ${service.path}`}
    </p>
    {service.rules.length > 0 && (
      <p className="hint">
        Hosts that join get it by themselves: {service.rules.map(selectionText).join('; ')}.
      </p>
    )}
    <LastDeploy service={service} />
    <RestrictionNotices of={service.restrictions} />
  </li>
)
