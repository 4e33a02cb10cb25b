import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useRef, type CSSProperties, type ReactElement } from 'react'
import type { HostView } from '../../../../shared/api/hosts.ts'
import type { VersionRow } from '../../../../shared/api/versions.ts'
import { Icon } from '../ui/icon.tsx'
import { Ago } from '../ui/time.tsx'
import { useTip } from '../ui/tip.tsx'
import { VersionCellView } from './version-cell.tsx'

const rowHeight = 56
const overscan = 8

interface VersionsTableProps {
  readonly services: readonly string[]
  readonly rows: readonly VersionRow[]
}

/** Only the rows in view are in the document, so two thousand hosts scroll like twenty. */
export const VersionsTable = ({ services, rows }: VersionsTableProps): ReactElement => {
  const box = useRef<HTMLDivElement>(null)
  const { tip, tipEvents } = useTip()
  // eslint-disable-next-line react-hooks/incompatible-library -- the React Compiler, which it is about, is not used
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan,
  })
  const columns = { '--columns': services.length } as CSSProperties
  return (
    <div
      ref={box}
      className="versions"
      role="table"
      aria-label="Versions by host and service"
      aria-rowcount={rows.length + 1}
      style={columns}
      {...tipEvents}
    >
      <Head services={services} />
      <div role="rowgroup" className="versions-rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          return row && <Row key={row.host.id} row={row} services={services} index={index} top={start} />
        })}
      </div>
      {tip}
    </div>
  )
}

const Head = ({ services }: { services: readonly string[] }): ReactElement => (
  <div role="rowgroup" className="versions-head">
    <div role="row" aria-rowindex={1} className="versions-row">
      <span role="columnheader" className="versions-host">
        Host
      </span>
      {services.map((service) => (
        <span key={service} role="columnheader">
          {service}
        </span>
      ))}
    </div>
  </div>
)

interface RowProps {
  readonly row: VersionRow
  readonly services: readonly string[]
  readonly index: number
  readonly top: number
}

const Row = memo(({ row, services, index, top }: RowProps): ReactElement => (
  <div
    role="row"
    aria-rowindex={index + 2}
    className={row.host.state === 'silent' ? 'versions-row silent' : 'versions-row'}
    style={{ transform: `translateY(${top}px)` }}
  >
    <HostCell host={row.host} />
    {services.map((service) => (
      <VersionCellView
        key={service}
        cell={row.cells.find((cell) => cell.service === service)}
        host={row.host}
      />
    ))}
  </div>
))
Row.displayName = 'Row'

const HostCell = ({ host }: { host: HostView }): ReactElement => (
  <span role="rowheader" className="versions-host">
    <span className="host-name" title={host.name}>
      {host.name}
    </span>
    <span className="versions-sub">{host.state === 'silent' ? <Silent host={host} /> : host.cluster}</span>
  </span>
)

const Silent = ({ host }: { host: HostView }): ReactElement => (
  <>
    <Icon name="moon" />
    silent
    {host.lastReportAt !== undefined && (
      <>
        , heard <Ago at={host.lastReportAt} />
      </>
    )}
  </>
)
