import type { ReactElement } from 'react'
import { editionText } from '../../../../shared/domain/edition-text.ts'
import { deployLooks } from '../deploys/deploy-looks.ts'
import { RestrictionNotices } from '../restrictions/restriction-notices.tsx'
import { Link } from '../router/link.tsx'
import { counted } from '../text/counted.ts'
import { plainText } from '../text/plain-text.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { Icon } from '../ui/icon.tsx'
import { selectionText } from './selection-text.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { Ago, Coming, Took } from '../ui/time.tsx'
import { DeployActions } from './deploy-actions.tsx'
import type { DeployPageView } from './deploy-view.ts'
import { hasVersion } from './install-groups.ts'

export const DeployHeader = ({ view }: { view: DeployPageView }): ReactElement => {
  const { deploy } = view
  return (
    <header className="page-header">
      <div className="headline">
        <h1>
          {deploy.service}
          <span className="version">@{editionText(deploy.version, deploy.config)}</span>
        </h1>
        <StateBadge look={deployLooks[deploy.state]} />
        <DeployActions view={view} />
      </div>
      <Facts view={view} />
      <Notices view={view} />
      <RestrictionNotices of={deploy.restrictions} />
    </header>
  )
}

const Facts = ({ view }: { view: DeployPageView }): ReactElement => {
  const { deploy } = view
  return (
    <p className="facts">
      <span>
        Deploy {deploy.id} to <strong>{counted(deploy.total, 'host')}</strong>
        {` ${selectionText(deploy.selection)}`}
      </span>
      <Origin view={view} />
      <span>
        by {deploy.createdBy}, <Ago at={deploy.createdAt} />
      </span>
      {deploy.beganAt !== undefined && (
        <span>
          {deploy.endedAt === undefined ? 'running for' : 'took'}{' '}
          <Took from={deploy.beganAt} to={deploy.endedAt} />
        </span>
      )}
      {deploy.reason !== undefined && <span className="reason">“{plainText(deploy.reason)}”</span>}
      <CopyCommand command={`tracker watch ${deploy.id}`} />
    </p>
  )
}

const Origin = ({ view: { deploy } }: { view: DeployPageView }): ReactElement => (
  <>
    {deploy.retryOf !== undefined && (
      <span>
        retry of <Link to={`/deploys/${deploy.retryOf}`}>deploy {deploy.retryOf}</Link>
      </span>
    )}
    {deploy.rollbackOf !== undefined && (
      <span>
        rollback of <Link to={`/deploys/${deploy.rollbackOf}`}>deploy {deploy.rollbackOf}</Link>
      </span>
    )}
    {deploy.buildId !== undefined && (
      <span>
        <Link to={`/builds/${deploy.buildId}`}>build {deploy.buildId}</Link>
        {deploy.commit !== undefined && (
          <>
            {' '}
            of <code>{deploy.commit.slice(0, 10)}</code>
          </>
        )}
      </span>
    )}
  </>
)

const Notices = ({ view }: { view: DeployPageView }): ReactElement => {
  const { deploy } = view
  const { tone, icon } = deployLooks[deploy.state]
  return (
    <>
      {deploy.state === 'queued' && <Wait deploy={deploy} />}
      {deploy.error !== undefined && (
        <div className={`notice tone-${tone}`}>
          <Icon name={icon} />
          <div>
            <p>{plainText(deploy.error)}</p>
            <p className="hint">{outcome(view)}</p>
          </div>
        </div>
      )}
      {deploy.warnings.map((warning) => (
        <div key={warning} className="notice tone-warning">
          <Icon name="alert" />
          <p>{plainText(warning)}</p>
        </div>
      ))}
    </>
  )
}

const Wait = ({ deploy }: Pick<DeployPageView, 'deploy'>): ReactElement => (
  <div className="notice tone-plain">
    <Icon name="clock" />
    <div>
      {deploy.notBefore !== undefined && (
        <p>
          Begins at <Coming at={deploy.notBefore} />.
        </p>
      )}
      {deploy.waitsFor !== undefined && <p>Waits: {plainText(deploy.waitsFor)}</p>}
      <p className="hint">No host is touched, and none is held for it, until then.</p>
    </div>
  </div>
)

const outcome = ({ targets, deploy }: DeployPageView): string => {
  const having = [...targets.values()].filter((target) => hasVersion(target.state)).length
  return `${having} of ${counted(deploy.total, 'host')} ${having === 1 ? 'has' : 'have'} ${editionText(deploy.version, deploy.config)}.`
}
