import { expect, test } from 'vitest'
import { defaultRollout, type Rollout } from '../../../shared/domain/rollout.ts'
import { planTargets, planWarnings } from './plan.ts'
import type { PlannedHost } from './planned-host.ts'

const host = (name: string, silent = false): PlannedHost => ({
  host: { id: name, name, cluster: 'prod', labels: {}, lastReportAt: 1, grabber: null },
  previousDigest: null,
  previousConfig: null,
  previousVersion: null,
  silent,
})
const goods = { digest: null, version: 'v2' }
const batches = (hosts: PlannedHost[], rollout: Partial<Rollout>): string[] =>
  planTargets(hosts, { ...defaultRollout, ...rollout }, () => goods, 0).map(
    ({ batch, hostName }) => `${batch} ${hostName}`,
  )
const fleet = (size: number): PlannedHost[] =>
  Array.from({ length: size }, (_, index) => host(`web-${index + 1}`))
/** How many hosts are in each batch, canaries first. */
const sizes = (hosts: number, rollout: Partial<Rollout>): number[] => {
  const found = planTargets(fleet(hosts), { ...defaultRollout, ...rollout }, () => goods, 0)
  const last = Math.max(...found.map(({ batch }) => batch))
  return Array.from({ length: last + 1 }, (_, index) => found.filter(({ batch }) => batch === index).length)
}

test('a canary first, then batches, in the order people count in', () => {
  const hosts = ['web-10', 'web-2', 'web-1', 'web-9'].map((name) => host(name))
  expect(batches(hosts, { canary: 1, batch: 2 })).toEqual(['0 web-1', '1 web-2', '1 web-9', '2 web-10'])
})

test('without a canary all begin with batch 1', () => {
  expect(batches([host('a'), host('b')], { canary: 0, batch: '100%' })).toEqual(['1 a', '1 b'])
})

test('a silent host is never the canary', () => {
  expect(batches([host('a', true), host('b')], { canary: 1, batch: 1 })).toEqual(['0 b', '1 a'])
})

test.each([
  ['one after another', 4, { canary: 0, batch: 1 }, [0, 1, 1, 1, 1]],
  ['a share of the hosts is rounded up, so that it is never nobody', 6, { batch: '25%' }, [1, 2, 2, 1]],
  ['a batch larger than the fleet', 2, { canary: 0, batch: 50 }, [0, 2]],
  ['a list says how many are reached after each', 100, { batch: [10, '50%', '100%'] }, [1, 9, 40, 50]],
  ['what a list leaves over comes last', 100, { canary: 0, batch: [10, '50%'] }, [0, 10, 40, 50]],
  ['a list on a small fleet', 3, { batch: [10, '50%', '100%'] }, [1, 1, 1]],
  ['canaries beyond the fleet', 2, { canary: 5 }, [2]],
] as const)('%s', (_what, hosts, rollout, expected) => {
  expect(sizes(hosts, rollout as Partial<Rollout>)).toEqual(expected)
})

test('hosts take turns by a label, so that canaries come from different racks', () => {
  const racked = (name: string, rack?: string): PlannedHost => ({
    ...host(name),
    host: { ...host(name).host, labels: rack === undefined ? {} : { rack } },
  })
  const hosts = [racked('a1', 'a'), racked('a2', 'a'), racked('a3', 'a'), racked('b1', 'b'), racked('x')]
  const order = { order: 'spread:rack', canary: 3, batch: 1 } as const
  expect(batches(hosts, order)).toEqual(['0 x', '0 a1', '0 b1', '1 a2', '2 a3'])
})

test('silent hosts are named in a warning', () => {
  expect(planWarnings([host('a'), host('b', true)], 180_000)).toEqual([
    'b: no report for over 180 s; tried last, and brought up to date when back.',
  ])
})
