import { expect, test } from 'vitest'
import type { TargetView } from '../../../../shared/api/deploys.ts'
import { groupHosts } from './host-groups.ts'

const target = (hostName: string, changes: Partial<TargetView> = {}): TargetView => ({
  hostId: `h-${hostName}`,
  hostName,
  cluster: 'prod',
  state: 'committed',
  version: 'v2',
  batch: 1,
  confirmed: false,
  updatedAt: 0,
  ...changes,
})

const names = (targets: readonly TargetView[]): readonly string[] => targets.map((one) => one.hostName)

test('batches in order, the canary named', () => {
  const groups = groupHosts(
    [target('b', { batch: 10 }), target('c', { batch: 2 }), target('a', { batch: 0 })],
    'batch',
  )
  expect(groups.map((group) => group.name)).toEqual(['Canary', 'Batch 2', 'Batch 10'])
})

test('failures first, the others as they were', () => {
  const [group] = groupHosts(
    [
      target('web-2'),
      target('web-10'),
      target('web-3', { state: 'failed' }),
      target('web-4', { state: 'unreachable' }),
    ],
    'cluster',
  )
  expect(names(group?.targets ?? [])).toEqual(['web-3', 'web-4', 'web-2', 'web-10'])
})

test('one group of states only', () => {
  const groups = groupHosts([target('a'), target('b', { state: 'checking' })], 'batch', 'switching')
  expect(groups.flatMap((group) => names(group.targets))).toEqual(['b'])
})
