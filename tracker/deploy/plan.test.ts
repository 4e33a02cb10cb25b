import { expect, test } from 'vitest'
import { batchSize, planTargets, planWarnings, type PlannedHost } from './plan.ts'

const host = (name: string, silent = false): PlannedHost => ({
  host: { id: name, name, cluster: 'prod', labels: {}, lastReportAt: 1, grabber: null },
  previousDigest: null,
  previousVersion: null,
  silent,
})
const goods = { digest: null, version: 'v2' }
const batches = (hosts: PlannedHost[], rollout: { canary: number; batch: number | string }): string[] =>
  planTargets(hosts, { max_failures: 0, ...rollout }, () => goods, 0).map(
    ({ batch, hostName }) => `${batch} ${hostName}`,
  )

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

test('a share of the hosts is rounded up, so that it is never nobody', () => {
  expect(batchSize('25%', 6)).toBe(2)
  expect(batchSize('1%', 3)).toBe(1)
  expect(batchSize(4, 2)).toBe(4)
})

test('silent hosts are named in a warning', () => {
  expect(planWarnings([host('a'), host('b', true)], 180_000)).toEqual([
    'b: no report for over 180 s; tried last, and brought up to date when back.',
  ])
})
