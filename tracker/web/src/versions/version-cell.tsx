import type { ReactElement } from 'react'
import type { HostView } from '../../../../shared/api/hosts.ts'
import type { VersionCell } from '../../../../shared/api/versions.ts'
import { editionText } from '../../../../shared/domain/edition-text.ts'
import { plainText } from '../text/plain-text.ts'
import { formatAge } from '../text/time.ts'
import { Icon } from '../ui/icon.tsx'
import { useNow } from '../ui/now.ts'
import { cellLook } from './cell-look.ts'

interface VersionCellProps {
  readonly cell: VersionCell | undefined
  readonly host: HostView
}

export const VersionCellView = ({ cell, host }: VersionCellProps): ReactElement => {
  if (!cell) return <span role="cell" className="versions-cell absent" aria-label="not here" />
  const look = cellLook(cell, host.state)
  return (
    <span
      role="cell"
      className={`versions-cell tone-${look.tone}`}
      tabIndex={0}
      data-sync={cell.sync}
      data-tip={tipText(cell, look.word)}
    >
      <span className="versions-version">
        <Icon name={look.icon} spins={look.icon === 'retry'} />
        <span className="text">{runsText(cell)}</span>
      </span>
      <span className="versions-sub">
        {secondLine(cell, look.word)}
        {cell.since !== undefined && <Since at={cell.since} />}
      </span>
    </span>
  )
}

const Since = ({ at }: { at: number }): ReactElement => (
  <span className="since">{formatAge(useNow() - at)}</span>
)

const runsText = ({ version = 'nothing', config }: VersionCell): string => editionText(version, config)

const desiredText = ({ desiredVersion = 'nothing', desiredConfig }: VersionCell): string =>
  editionText(desiredVersion, desiredConfig)

const secondLine = (cell: VersionCell, word: string): string =>
  cell.sync === 'out-of-sync' && cell.desiredVersion !== undefined && desiredText(cell) !== runsText(cell)
    ? `should be ${desiredText(cell)}`
    : word

const tipText = (cell: VersionCell, word: string): string =>
  [
    `${cell.service}: ${word}`,
    cell.why === undefined ? '' : plainText(cell.why),
    cell.trouble === undefined ? '' : plainText(cell.trouble),
    cell.desiredVersion === undefined ? '' : `Should run ${desiredText(cell)}.`,
    cell.running === undefined ? '' : `Runs sha256 ${cell.running.slice(0, 12)}.`,
    cell.pid === undefined ? '' : `Process ${cell.pid}.`,
  ]
    .filter((line) => line !== '')
    .join('\n')
