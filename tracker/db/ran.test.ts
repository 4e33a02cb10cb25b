import Database from 'better-sqlite3'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import type { ServiceReport } from '../../shared/messages/version-report.ts'
import { recordAbsence, recordRan } from '../fleet/history.ts'
import { Store } from './store.ts'

const host = 'h000000000001'
const minute = 60_000

test('a report that says what the last one did writes no history', async () => {
  await using directory = await TemporaryDirectory.create()
  const path = join(directory.path, 'tracker.db')
  let now = 1_790_000_000_000
  using store = await Store.open(path, () => now)
  const db = new Database(path)
  const rows = () =>
    db.prepare('SELECT (SELECT count(*) FROM ran) + (SELECT count(*) FROM absences) AS rows').get()

  const report = async (digest: string, more: Partial<ServiceReport>) => {
    now += minute
    const services: ServiceReport[] = [{ service: 'web', health: 'healthy', running: digest, ...more }]
    await store.write((writing) => {
      recordAbsence(writing, host, 3 * minute)
      writing.reports.upsert(host, { v: 1, at: now, grabber: '0.1.0', bootId: 'b', services }, now)
      recordRan(writing, host, services)
    })
    return rows()
  }
  await store.write((writing) =>
    writing.agents.upsert({ id: host, kind: 'host', name: 'a', cluster: 'c', labels: {}, nkey: 'n', now }),
  )
  const digest = 'a'.repeat(64)
  expect(await report(digest, { pid: 1 })).toEqual({ rows: 2 })
  expect(await report(digest, { pid: 1 })).toEqual({ rows: 2 })
  expect(await report(digest, { pid: 2, since: 5 })).toEqual({ rows: 2 })
  expect(await report('b'.repeat(64), { pid: 3 })).toEqual({ rows: 3 })
  expect(await report('b'.repeat(64), { pid: 3 })).toEqual({ rows: 3 })
  db.close()
})
