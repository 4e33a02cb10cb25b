import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../shared/api/index.ts'
import type { VersionsTable } from '../../shared/api/versions.ts'
import type { ServiceReport } from '../../shared/messages/version-report.ts'
import { v1, v2 } from '../../test/fixtures/deploy-rows.ts'
import { addFleet } from '../../test/fixtures/every-change.ts'
import { newNkey, TrackerApi } from '../../test/fixtures/tracker-api.ts'
import { recordAbsence, recordRan } from '../fleet/history.ts'
import { recordVersionReport } from '../deploy/targets/version-reports.ts'

const start = 1_790_000_000_000
const minute = 60_000
const everything = { cluster: [], label: [] }
const hosts = ['h000000000001', 'h000000000002'] as const
let tracker: TrackerApi

/** A host enrolled at minute 0, another at minute 10. */
beforeEach(async () => {
  tracker = await TrackerApi.start()
  await tracker.store.write(addFleet)
  await at(10, (store) => store.write(addSecondHost))
})
afterEach(() => tracker[Symbol.asyncDispose]())

const at = async (minutes: number, act: (store: TrackerApi['store']) => Promise<unknown>): Promise<void> => {
  tracker.now = start + minutes * minute
  await act(tracker.store)
}

const addSecondHost: Parameters<TrackerApi['store']['write']>[0] = (writing) =>
  writing.agents.upsert({
    id: hosts[1],
    kind: 'host',
    name: 'web-2.prod',
    cluster: 'prod',
    labels: {},
    nkey: newNkey(),
    now: writing.now,
  })

const runs = (digest: string | undefined, health: ServiceReport['health'] = 'healthy'): ServiceReport[] => [
  { service: 'web', health, ...(digest === undefined ? {} : { current: digest, running: digest }) },
]

/** A host reports, as it does over NATS. */
const report = (minutes: number, services: ServiceReport[], host = 0) =>
  at(minutes, (store) =>
    store.write((writing) => {
      const agent = writing.agents.get(hosts[host]!)!
      recordAbsence(writing, agent.id, 3 * minute)
      const said = { v: 1 as const, at: writing.now, grabber: '0.1.0', bootId: 'boot', services }
      recordVersionReport(writing, agent, said, false)
      recordRan(writing, agent.id, services)
    }),
  )

const want = (minutes: number, digest: string) =>
  at(minutes, (store) =>
    store.write((writing) =>
      writing.assignments.assign({
        hostId: hosts[0],
        service: 'web',
        phase: 'activate',
        digest,
        config: null,
        deployId: 1,
        accepted: 0,
      }),
    ),
  )

const tableAt = async (minutes: number): Promise<VersionsTable> => {
  const query = { ...everything, at: String(start + minutes * minute) }
  const { status, body } = await tracker.call(api.getVersions, { query })
  expect({ status, body }).toMatchObject({ status: 200 })
  return body as unknown as VersionsTable
}
/** In a word for each host: its state, and what it ran of the service. */
const briefly = async (minutes: number): Promise<string[]> =>
  (await tableAt(minutes)).rows.map(({ host, cells: [cell] }) =>
    [host.state, cell?.version, cell?.health, cell?.sync].filter(Boolean).join(' '),
  )

describe('what ran at a moment of the past', () => {
  test('is what the report before it said: version, health and what should have run', async () => {
    await want(11, v1)
    await report(12, runs(v1))
    await report(13, runs(v1, 'unhealthy'))
    await want(14, v2)
    await report(14, runs(v1))
    await report(15, runs(v2))
    await report(16, runs(undefined))
    await report(17, [])
    await at(100, () => Promise.resolve())
    expect((await briefly(12))[0]).toBe('reporting v1 healthy in-sync')
    expect((await briefly(12.5))[0]).toBe('reporting v1 healthy in-sync')
    expect((await briefly(13))[0]).toBe('reporting v1 unhealthy in-sync')
    expect((await briefly(14))[0]).toBe('reporting v1 healthy out-of-sync')
    expect((await briefly(15))[0]).toBe('reporting v2 healthy in-sync')
    expect((await tableAt(16)).rows[0]?.cells).toMatchObject([
      { sync: 'out-of-sync', why: 'should run v2, but nothing runs' },
    ])
    expect((await tableAt(15)).at).toBe(start + 15 * minute)
  })

  test('shows hosts that were not enrolled yet, had not reported yet, or were silent', async () => {
    await report(1, runs(v1))
    await report(12, runs(v1), 1)
    await report(14, runs(v2), 1)
    await report(20, runs(v1))
    await report(30, runs(v2))
    await at(40, () => Promise.resolve())
    expect(await briefly(-1)).toEqual(['absent', 'absent'])
    expect(await briefly(0.5)).toEqual(['enrolled', 'absent'])
    expect(await briefly(4)).toEqual(['reporting v1 healthy unmanaged', 'absent'])
    expect(await briefly(4.1)).toEqual(['silent v1 healthy unknown', 'absent'])
    expect(await briefly(11)).toEqual(['silent v1 healthy unknown', 'enrolled'])
    expect(await briefly(12)).toEqual(['silent v1 healthy unknown', 'reporting v1 healthy unmanaged'])
    expect(await briefly(20)).toEqual(['reporting v1 healthy unmanaged', 'silent v2 healthy unknown'])
    expect(await briefly(30)).toEqual(['reporting v2 healthy unmanaged', 'silent v2 healthy unknown'])
    const { rows, summary } = await tableAt(11)
    expect(rows[0]?.host.lastReportAt).toBe(start + minute)
    expect(summary).toEqual({ hosts: 2, silent: 1, outOfSync: 0 })
    expect((await tableAt(5)).summary.hosts).toBe(1)
  })

  test('says the same after a restart', async () => {
    await report(11, runs(v1))
    await report(12, runs(v2))
    await report(20, runs(v2))
    const before = [await tableAt(11), await tableAt(16)]
    await tracker.restart()
    expect([await tableAt(11), await tableAt(16)]).toEqual(before)
  })

  test('can be asked for by an ISO date-time, but not of the future', async () => {
    const iso = (ms: number) => new Date(ms).toISOString()
    const past = await tracker.call(api.getVersions, { query: { ...everything, at: iso(start) } })
    expect(past).toMatchObject({ status: 200, body: { at: start } })
    const future = await tracker.call(api.getVersions, { query: { ...everything, at: iso(tracker.now + 1) } })
    expect(future).toMatchObject({ status: 422, body: { code: 'invalid', field: 'at' } })
  })
})
