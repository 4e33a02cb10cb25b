import type { ReactElement } from 'react'
import type { ServiceView } from '../../../../shared/api/services.ts'
import { deployLooks } from '../deploys/deploy-looks.ts'
import { Link } from '../router/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Ago } from '../ui/time.tsx'

export const LastDeploy = ({ service: { lastDeploy } }: { service: ServiceView }): ReactElement =>
  lastDeploy ? (
    <p className="facts">
      <StateBadge look={deployLooks[lastDeploy.state]} />
      <Link to={`/deploys/${lastDeploy.id}`}>
        deploy {lastDeploy.id} of {lastDeploy.version}
      </Link>
      <Ago at={lastDeploy.createdAt} />
    </p>
  ) : (
    <p className="hint">Not deployed yet.</p>
  )
