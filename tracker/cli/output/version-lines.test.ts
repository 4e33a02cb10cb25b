import { describe, expect, test } from 'vitest'
import type { VersionCell, VersionRow, VersionsTable } from '../../../shared/api/versions.ts'
import { painter } from './palette.ts'
import { markedVersion, versionLines } from './version-lines.ts'
import { widthOf } from './width.ts'

const now = 1_790_000_000_000
const plain = painter(false)

const cell = (more: Partial<VersionCell>): VersionCell => ({
  service: 'web',
  sync: 'in-sync',
  version: 'v2',
  running: 'a'.repeat(64),
  desiredVersion: 'v2',
  health: 'healthy',
  ...more,
})

const row = (
  name: string,
  cells: VersionCell[],
  state: VersionRow['host']['state'] = 'reporting',
): VersionRow => ({
  host: { id: 'h000000000001', name, cluster: 'prod', labels: {}, state, lastReportAt: now - 720_000 },
  cells,
})

const tableOf = (services: string[], rows: VersionRow[]): VersionsTable => ({
  at: now,
  services,
  rows,
  summary: { hosts: rows.length, silent: 1, outOfSync: 1 },
  seq: 9,
})

test.each([
  [{}, 'v2'],
  [{ health: 'unhealthy' as const }, 'v2 !'],
  [{ sync: 'out-of-sync' as const, version: 'v1' }, 'v1 ≠ v2'],
  [{ sync: 'out-of-sync' as const, running: undefined }, 'down ≠ v2'],
  [{ sync: 'installing' as const, version: 'v1' }, 'v1 → v2'],
  [{ sync: 'unknown' as const }, 'v2 ?'],
  [{ sync: 'unmanaged' as const, desiredVersion: undefined }, 'v2 ~'],
])('a cell that is %j reads %s', (more, text) => {
  const defined = Object.entries({ ...cell({}), ...more }).filter(([, value]) => value !== undefined)
  expect(markedVersion(Object.fromEntries(defined) as VersionCell, plain)).toBe(text)
})

describe('the versions table', () => {
  test('shows what is wrong, and why, in words and not by colour alone', () => {
    const versions = tableOf(
      ['web'],
      [
        row('web-1.prod', [cell({})]),
        row('web-2.prod', [cell({ sync: 'out-of-sync', version: 'v1', why: 'The last install failed.' })]),
        row('web-3.prod', [cell({ sync: 'unknown' })], 'silent'),
      ],
    )
    expect(versionLines(versions, 80, plain)).toEqual([
      'HOST              web',
      'web-1.prod        v2',
      'web-2.prod        v1 ≠ v2',
      'web-3.prod ? 12m  v2 ?',
      '',
      '≠ web-2.prod web: The last install failed.',
      '',
      '3 hosts, 1 out of sync, 1 silent',
    ])
  })

  test('is split into several when the services do not fit beside each other', () => {
    const services = Array.from({ length: 20 }, (_, index) => `service-${index}`)
    const versions = tableOf(services, [
      row(
        'web-1.prod',
        services.map((service) => cell({ service })),
      ),
    ])
    const lines = versionLines(versions, 80, plain)
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80)
    for (const service of services) expect(lines.join('\n')).toContain(service)
    expect(lines.filter((line) => line.startsWith('HOST')).length).toBeGreaterThan(1)
  })
})
