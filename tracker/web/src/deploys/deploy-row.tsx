import { memo, type ReactElement } from 'react'
import type { DeployView } from '../../../../shared/api/deploys.ts'
import { editionText } from '../../../../shared/domain/edition-text.ts'
import { selectionText } from '../deploy/selection-text.ts'
import { plainText } from '../text/plain-text.ts'
import { ProgressBar } from '../deploy/progress-bar.tsx'
import { Link } from '../router/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Ago, Took } from '../ui/time.tsx'
import { deployLooks } from './deploy-looks.ts'

export const DeployRow = memo(({ deploy }: { deploy: DeployView }): ReactElement => (
  <tr>
    <td className="deploy-name">
      <Link to={`/deploys/${deploy.id}`} className="row-link">
        <span className="deploy-id">{deploy.id}</span>
        <span className="service-version">
          <strong>{deploy.service}</strong>
          <span className="version">@{editionText(deploy.version, deploy.config)}</span>
        </span>
      </Link>
      <span className="deploy-note">{noteOf(deploy)}</span>
    </td>
    <td className="deploy-state">
      <StateBadge look={deployLooks[deploy.state]} />
    </td>
    <td className="deploy-hosts">
      <ProgressBar counts={deploy.counts} total={deploy.total} />
    </td>
    <td className="deploy-by">{deploy.createdBy}</td>
    <td className="deploy-when">
      <Ago at={deploy.createdAt} />
    </td>
    <td className="deploy-took">
      {deploy.beganAt !== undefined && <Took from={deploy.beganAt} to={deploy.endedAt} />}
    </td>
  </tr>
))
DeployRow.displayName = 'DeployRow'

/** The one line that tells most: what it repeats or undoes, and what went wrong, or else why it was made, or where. */
const noteOf = ({ retryOf, rollbackOf, reason, error, selection }: DeployView): string =>
  [
    retryOf === undefined ? '' : `retry of ${retryOf}`,
    rollbackOf === undefined ? '' : `rollback of ${rollbackOf}`,
    plainText(error ?? reason ?? (selectionText(selection) || 'to all hosts')),
  ]
    .filter((part) => part !== '')
    .join(' · ')
