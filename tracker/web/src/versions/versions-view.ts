import type { VersionCell, VersionRow, VersionsTable } from '../../../../shared/api/versions.ts'
import type { Event } from '../../../../shared/domain/event.ts'
import { isAtRest } from '../../../../shared/domain/install-state.ts'
import { call } from '../api/client.ts'
import { getVersions } from '../api/routes.ts'
import type { LiveSource, LiveView } from '../api/live.ts'

/** The hosts x services table. */
export interface VersionsView extends LiveView {
  readonly seq: number
  readonly services: readonly string[]
  readonly rows: readonly VersionRow[]
}

export const settleVersions = (table: VersionsTable, view?: VersionsView): VersionsView => {
  if (view && table.seq < view.seq) return { ...view, stale: true }
  return { seq: table.seq, stale: false, services: table.services, rows: table.rows }
}

/** That a host installs or fell silent shows at once; what it then runs only the tracker knows. */
export const applyVersionsEvents = (view: VersionsView, events: readonly Event[]): VersionsView => {
  const changes = new Map<string, ((row: VersionRow) => VersionRow)[]>()
  let { seq, stale } = view
  for (const event of events) {
    if (event.seq <= seq) continue
    seq = event.seq
    const change = changeOf(event)
    if (change && event.hostId !== undefined)
      changes.set(event.hostId, [...(changes.get(event.hostId) ?? []), change])
    stale ||= isNews(event)
  }
  if (changes.size === 0) return seq === view.seq ? view : { ...view, seq, stale }
  const rows = view.rows.map((row) =>
    (changes.get(row.host.id) ?? []).reduce((now, change) => change(now), row),
  )
  return { ...view, seq, stale, rows }
}

const isNews = (event: Event): boolean =>
  event.kind === 'host.versions' ||
  event.kind === 'host.state' ||
  (event.kind === 'install.state' && isAtRest(event.data.state))

const changeOf = (event: Event): ((row: VersionRow) => VersionRow) | undefined => {
  if (event.kind === 'host.state') {
    const { state } = event.data
    return (row) => ({ ...row, host: { ...row.host, state } })
  }
  if (event.kind === 'install.state' && !isAtRest(event.data.state)) {
    return (row) => ({ ...row, cells: row.cells.map((cell) => installing(cell, event.service)) })
  }
  return undefined
}

const installing = (cell: VersionCell, service: string | undefined): VersionCell =>
  cell.service === service && cell.sync !== 'installing' ? { ...cell, sync: 'installing' } : cell

export const versionsSource = (): LiveSource<VersionsTable, VersionsView> => ({
  filter: {},
  reloadEveryMs: 1000,
  load: (signal) => call(getVersions, {}, signal),
  settle: settleVersions,
  apply: applyVersionsEvents,
})
