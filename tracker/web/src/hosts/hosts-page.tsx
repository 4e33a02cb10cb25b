import type { ReactElement } from 'react'
import type { HostView } from '../../../../shared/api/hosts.ts'
import { call } from '../api/client.ts'
import { listHosts } from '../api/routes.ts'
import { useLoad } from '../api/use-load.ts'
import { counted } from '../text/counted.ts'
import { naturalOrder } from '../text/natural-order.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Ago } from '../ui/time.tsx'
import { useTitle } from '../ui/title.ts'
import { hostLooks } from './host-looks.ts'

export const HostsPage = (): ReactElement => {
  const { answer, failure } = useLoad((signal) => call(listHosts, {}, signal))
  useTitle('Hosts')
  return (
    <>
      <header className="page-header headline">
        <h1>Hosts</h1>
        {answer && <span className="hint">{counted(answer.hosts.length, 'host')}</span>}
      </header>
      {failure && <FailureBox failure={failure} />}
      {answer?.hosts.length === 0 && (
        <EmptyState
          title="No hosts yet"
          text="A host joins with a token that is good for fifteen minutes:"
          command="tracker enroll web-1.prod -c prod"
        />
      )}
      {answer && answer.hosts.length > 0 && <HostsTable hosts={answer.hosts} />}
    </>
  )
}

const HostsTable = ({ hosts }: { hosts: readonly HostView[] }): ReactElement => (
  <div className="scroll-x">
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">Host</th>
          <th scope="col">State</th>
          <th scope="col">Cluster</th>
          <th scope="col">Last report</th>
          <th scope="col">Grabber</th>
          <th scope="col">Labels</th>
        </tr>
      </thead>
      <tbody>
        {[...hosts]
          .sort((a, b) => naturalOrder(a.name, b.name))
          .map((host) => (
            <HostRow key={host.id} host={host} />
          ))}
      </tbody>
    </table>
  </div>
)

const HostRow = ({ host }: { host: HostView }): ReactElement => (
  <tr>
    <th scope="row">{host.name}</th>
    <td>
      <StateBadge look={hostLooks[host.state]} />
    </td>
    <td>{host.cluster}</td>
    <td>{host.lastReportAt === undefined ? 'never' : <Ago at={host.lastReportAt} />}</td>
    <td>{host.grabber ?? '–'}</td>
    <td>
      {Object.entries(host.labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}
    </td>
  </tr>
)
