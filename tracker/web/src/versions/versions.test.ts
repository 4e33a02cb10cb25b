import { expect, test } from 'vitest'
import { VersionsTable, type VersionRow } from '../../../../shared/api/versions.ts'
import { Event } from '../../../../shared/domain/event.ts'
import { filterRows, summarise } from './versions-filter.ts'
import { applyVersionsEvents, settleVersions, type VersionsView } from './versions-view.ts'

const id = (index: number): string => `h${String(index).padStart(12, '0')}`

const row = (index: number, sync = 'in-sync', cluster = 'prod'): unknown => ({
  host: { id: id(index), name: `web-${index}.${cluster}`, cluster, labels: {}, state: 'reporting' },
  cells: [{ service: 'web', sync, version: 'v1', health: 'healthy' }],
})

const start = (...rows: readonly unknown[]): VersionsView =>
  settleVersions(
    VersionsTable.parse({
      at: 1,
      services: ['web'],
      rows,
      summary: { hosts: rows.length, silent: 0, outOfSync: 0 },
      seq: 10,
    }),
  )

const hostEvent = (seq: number, kind: string, data: object): Event =>
  Event.parse({
    seq,
    at: seq,
    kind,
    hostId: id(1),
    service: 'web',
    data: { hostName: 'web-1.prod', ...data },
  })

const names = (rows: readonly VersionRow[]): readonly string[] => rows.map(({ host }) => host.name)

test('a host that falls silent shows at once', () => {
  const view = applyVersionsEvents(start(row(1), row(2)), [hostEvent(11, 'host.state', { state: 'silent' })])
  expect(view.rows.map(({ host }) => host.state)).toEqual(['silent', 'reporting'])
})

test('an install shows at once, and its end asks for the table', () => {
  const during = applyVersionsEvents(start(row(1)), [
    hostEvent(11, 'install.state', { state: 'stopping', at: 1 }),
  ])
  expect(during.rows[0]?.cells[0]?.sync).toBe('installing')
  expect(during.stale).toBe(false)
  const after = applyVersionsEvents(during, [hostEvent(12, 'install.state', { state: 'committed', at: 2 })])
  expect(after.stale).toBe(true)
})

test('a changed version asks for the table', () => {
  expect(applyVersionsEvents(start(row(1)), [hostEvent(11, 'host.versions', {})]).stale).toBe(true)
})

test('events that the table includes already change nothing', () => {
  const view = start(row(1))
  expect(applyVersionsEvents(view, [hostEvent(10, 'host.versions', {})])).toBe(view)
})

test('untouched rows stay the same objects', () => {
  const view = start(row(1), row(2))
  const after = applyVersionsEvents(view, [hostEvent(11, 'host.state', { state: 'silent' })])
  expect(after.rows[1]).toBe(view.rows[1])
})

test('rows by regex, by cluster, and those out of sync', () => {
  const { rows } = start(row(1), row(2, 'out-of-sync'), row(3, 'in-sync', 'test'))
  const all = { text: '', cluster: undefined, outOfSyncOnly: false }
  expect(names(filterRows(rows, { ...all, text: '^web-[13]' }))).toEqual(['web-1.prod', 'web-3.test'])
  expect(names(filterRows(rows, { ...all, cluster: 'test' }))).toEqual(['web-3.test'])
  expect(names(filterRows(rows, { ...all, outOfSyncOnly: true }))).toEqual(['web-2.prod'])
})

test('a pattern that is not finished is plain text', () => {
  const { rows } = start(row(1))
  expect(filterRows(rows, { text: 'web-(', cluster: undefined, outOfSyncOnly: false })).toEqual([])
  expect(filterRows(rows, { text: '[web', cluster: undefined, outOfSyncOnly: false })).toEqual([])
})

test('the summary counts hosts, silent hosts, and cells out of sync', () => {
  expect(summarise(start(row(1), row(2, 'out-of-sync')).rows)).toEqual({ hosts: 2, silent: 0, outOfSync: 1 })
})
