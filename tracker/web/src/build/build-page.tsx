import type { ReactElement } from 'react'
import { useLive } from '../api/use-live.ts'
import { buildLooks } from '../deploys/deploy-looks.ts'
import { formatBytes } from '../text/bytes.ts'
import { FailureBox } from '../ui/failure-box.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Ago, Took } from '../ui/time.tsx'
import { useTitle } from '../ui/title.ts'
import { BuildLog } from './build-log.tsx'
import { buildSource, type BuildPageView } from './build-view.ts'

export const BuildPage = ({ id }: { id: number }): ReactElement => {
  const { view, failure } = useLive(() => buildSource(id))
  useTitle(`Build ${id}`)
  return (
    <>
      {failure && <FailureBox failure={failure} />}
      {view && (
        <>
          <BuildHeader view={view} />
          <BuildLog view={view} short={false} />
        </>
      )}
    </>
  )
}

const BuildHeader = ({ view: { build } }: { view: BuildPageView }): ReactElement => (
  <header className="page-header">
    <div className="headline">
      <h1>
        Build {build.id}: {build.service}
        <span className="version">@{build.version}</span>
      </h1>
      <StateBadge look={buildLooks[build.state]} />
    </div>
    <p className="facts">
      <span>
        <code>{build.commit.slice(0, 12)}</code> {build.subject}
      </span>
      <Ago at={build.createdAt} />
      <span>
        {build.endedAt === undefined ? 'running for' : 'took'}{' '}
        <Took from={build.createdAt} to={build.endedAt} />
      </span>
      {build.size !== undefined && <span>{formatBytes(build.size)}</span>}
      {build.digest !== undefined && (
        <span title={build.digest}>
          sha256 <code>{build.digest.slice(0, 12)}</code>
        </span>
      )}
    </p>
    {build.error !== undefined && (
      <div className="notice tone-bad">
        <p>{build.error}</p>
      </div>
    )}
  </header>
)
