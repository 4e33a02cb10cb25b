import { useState, type ReactElement } from 'react'
import type { DeployView } from '../../../../shared/api/deploys.ts'
import { toCallError, type CallError } from '../api/client.ts'
import { useLive } from '../api/use-live.ts'
import { navigate, withQuery } from '../router/router.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { useTitle } from '../ui/title.ts'
import { DeployRow } from './deploy-row.tsx'
import { deploysSource, loadDeploys, pageSize } from './deploys-view.ts'
import { ServiceFilter } from './service-filter.tsx'

export const DeploysPage = ({ service }: { service: string | undefined }): ReactElement => {
  useTitle('Deploys')
  return (
    <>
      <header className="page-header headline">
        <h1>Deploys</h1>
        <ServiceFilter
          service={service}
          onChange={(chosen) => navigate(withQuery('service', chosen), { replace: true })}
        />
      </header>
      <DeploysList key={service ?? ''} service={service} />
    </>
  )
}

const DeploysList = ({ service }: { service: string | undefined }): ReactElement => {
  const { view, failure } = useLive(() => deploysSource(service))
  const older = useOlder(service)
  const deploys = view ? [...view.deploys, ...older.deploys] : []
  const last = deploys.at(-1)
  return (
    <>
      {failure && <FailureBox failure={failure} />}
      {view?.deploys.length === 0 && <NoDeploys service={service} />}
      {deploys.length > 0 && <DeploysTable deploys={deploys} />}
      {last && older.mayHaveMore(view?.deploys.length ?? 0) && (
        <button type="button" className="button more" onClick={() => older.load(last.id)}>
          Older deploys
        </button>
      )}
      {older.failure && <FailureBox failure={older.failure} />}
    </>
  )
}

const DeploysTable = ({ deploys }: { deploys: readonly DeployView[] }): ReactElement => (
  <table className="deploys">
    <thead>
      <tr>
        <th scope="col">Deploy</th>
        <th scope="col">State</th>
        <th scope="col">Hosts</th>
        <th scope="col">By</th>
        <th scope="col">When</th>
        <th scope="col">Took</th>
      </tr>
    </thead>
    <tbody>
      {deploys.map((deploy) => (
        <DeployRow key={deploy.id} deploy={deploy} />
      ))}
    </tbody>
  </table>
)

const NoDeploys = ({ service }: { service: string | undefined }): ReactElement =>
  service === undefined ? (
    <EmptyState
      title="No deploys yet"
      text="Register a service once, then deploy it to the hosts you choose."
      command="tracker services add web https://git.example.org/web.git"
    />
  ) : (
    <EmptyState
      title={`${service} has not been deployed yet`}
      text="Choose a version and the hosts; this list is live."
      command={`tracker deploy ${service} -c prod`}
    />
  )

interface Older {
  readonly deploys: readonly DeployView[]
  readonly failure: CallError | undefined
  readonly load: (before: number) => void
  readonly mayHaveMore: (firstPage: number) => boolean
}

const useOlder = (service: string | undefined): Older => {
  const [pages, setPages] = useState<readonly (readonly DeployView[])[]>([])
  const [failure, setFailure] = useState<CallError>()
  return {
    deploys: pages.flat(),
    failure,
    load: (before) =>
      void loadDeploys(service, before)
        .then((page) => setPages([...pages, page]))
        .catch((error: unknown) => setFailure(toCallError(error))),
    mayHaveMore: (firstPage) => (pages.at(-1)?.length ?? firstPage) === pageSize,
  }
}
