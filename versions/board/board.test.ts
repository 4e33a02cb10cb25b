import { describe, expect, test } from 'vitest'
import type { HostView } from '../../shared/api/hosts.ts'
import type { ServiceReport } from '../../shared/messages/version-report.ts'
import { buildBoard, type HostFacts, type Wanted } from './board.ts'

const v1 = '1'.repeat(64)
const v2 = '2'.repeat(64)
const versions = new Map([
  [v1, 'v1'],
  [v2, 'v2'],
])
const host = (state: HostView['state'] = 'reporting'): HostView => ({
  id: 'h000000000001',
  name: 'web-1',
  cluster: 'prod',
  labels: {},
  state,
})
const runs = (running: string | undefined, current = running): ServiceReport => ({
  service: 'web',
  health: 'healthy',
  ...(running === undefined ? {} : { running }),
  ...(current === undefined ? {} : { current }),
})
const wants = (desired: string | null, installing?: Wanted['installing']): Wanted => ({
  service: 'web',
  desired,
  installing,
})
const board = (facts: Partial<HostFacts>, outOfSyncOnly = false) =>
  buildBoard({
    hosts: [{ host: host(), reports: [], wanted: [], ...facts }],
    versions,
    service: undefined,
    outOfSyncOnly,
    now: 1,
    seq: 1,
  })
const cell = (facts: Partial<HostFacts>) => board(facts).rows[0]?.cells[0]

describe('a cell of the versions table', () => {
  test('is in sync when the process that runs is of the wanted release', () => {
    expect(cell({ reports: [runs(v2)], wanted: [wants(v2)] })).toMatchObject({
      sync: 'in-sync',
      version: 'v2',
    })
  })

  test('says what should run and what does', () => {
    expect(cell({ reports: [runs(v1)], wanted: [wants(v2)] })?.why).toBe('should run v2, runs v1')
    expect(cell({ reports: [runs(undefined, v2)], wanted: [wants(v2)] })?.why).toBe(
      'should run v2, but nothing runs',
    )
  })

  test('catches a link that says one thing while the process is another', () => {
    expect(cell({ reports: [runs(v2, v1)], wanted: [wants(v2)] })).toMatchObject({ sync: 'out-of-sync' })
  })

  test('is late when the host is silent and is to have another version', () => {
    const silent = cell({ host: host('silent'), reports: [runs(v1)], wanted: [wants(v2)] })
    expect(silent).toMatchObject({
      sync: 'late',
      version: 'v1',
      why: 'the host is silent; it takes v2 when it is back',
    })
  })

  test('is unknown when the host is silent, whatever was heard last', () => {
    expect(cell({ host: host('silent'), reports: [runs(v2)], wanted: [wants(v2)] })?.sync).toBe('unknown')
  })

  test('is installing while a deploy is at it', () => {
    expect(cell({ reports: [runs(undefined, v1)], wanted: [wants(v2, 'starting')] })?.sync).toBe('installing')
  })

  test('does not exist where a service was only staged', () => {
    expect(board({ wanted: [wants(null)] }).rows[0]?.cells).toEqual([])
  })
})

describe('trouble', () => {
  const restarts = { count: 3, at: 1, end: 'exit code 9' }
  const degraded = { reports: [{ ...runs(v2), restarts }], wanted: [wants(v2)] }

  test('is a release that keeps ending, until it has been steady for an hour', () => {
    expect(cell(degraded)).toMatchObject({
      sync: 'in-sync',
      trouble: 'it was started again 3 times, the last time after exit code 9',
    })
    const steady = { ...degraded, reports: [{ ...runs(v2), restarts: { ...restarts, at: 1 - 3_600_001 } }] }
    expect(cell(steady)?.trouble).toBeUndefined()
  })

  test('is a release that was taken back after its deploy had ended', () => {
    const takenBack = { version: 'v2', error: 'web ended by itself' }
    expect(cell({ reports: [runs(v1)], wanted: [{ ...wants(v1), takenBack }] })).toMatchObject({
      sync: 'in-sync',
      trouble: 'v2 was taken back: web ended by itself',
    })
  })
})

test('the summary counts all hosts, the rows only those that need a look', () => {
  const table = board({ reports: [runs(v2)], wanted: [wants(v2)] }, true)
  expect(table.rows).toEqual([])
  expect(table.summary).toEqual({ hosts: 1, silent: 0, outOfSync: 0 })
})
