import type { ReactElement } from 'react'
import type { DeliveryView } from '../../../../shared/api/hooks.ts'
import { call } from '../api/client.ts'
import { getHook } from '../api/hook-routes.ts'
import { usePolled } from '../api/use-polled.ts'
import { Link } from '../router/link.tsx'
import { plainText } from '../text/plain-text.ts'
import { FailureBox } from '../ui/failure-box.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Ago } from '../ui/time.tsx'
import { deliveryLook } from './hook-view.ts'

const everyMs = 5000

/** What came in, newest first, and what came of each. */
export const Deliveries = ({ name }: { name: string }): ReactElement => {
  const params = { name }
  const { answer, failure } = usePolled((signal) => call(getHook, { params }, signal), everyMs)
  return (
    <>
      {failure && <FailureBox failure={failure} />}
      <ol className="deliveries">
        {answer?.deliveries.map((delivery) => (
          <Delivery key={delivery.id} delivery={delivery} />
        ))}
      </ol>
    </>
  )
}

const Delivery = ({ delivery }: { delivery: DeliveryView }): ReactElement => {
  const { at, what, why, version, build, deploy } = delivery
  return (
    <li>
      <StateBadge look={deliveryLook(delivery)} />
      <div>
        <p>
          {plainText(what)} {version !== undefined && <span className="version">{version}</span>}
        </p>
        {why !== undefined && <p className="hint">{plainText(why)}</p>}
      </div>
      <span className="delivery-links">
        {build && <Link to={`/builds/${build.id}`}>build {build.id}</Link>}
        {deploy && <Link to={`/deploys/${deploy.id}`}>deploy {deploy.id}</Link>}
      </span>
      <span className="hint">
        <Ago at={at} />
      </span>
    </li>
  )
}
