import { expect, test } from 'vitest'
import type { Labels } from '../../shared/domain/names.ts'
import { newBuild } from '../../test/fixtures/build-rows.ts'
import type { BuildRow } from '../db/builds.ts'
import { nextHandOut, type Floor } from './next-hand-out.ts'
import type { PresentPacker } from './packers.ts'

const queued = (id: number, service: string, more: Partial<BuildRow> = {}): BuildRow => ({
  ...newBuild({ service, now: 1 }),
  ...{
    id,
    state: 'queued',
    packer: null,
    attempts: 0,
    lost: 0,
    error: null,
    digest: null,
    size: null,
    kept: null,
  },
  ...{ createdAt: 1, startedAt: null, endedAt: null },
  ...more,
})

const packer = (id: string, capacity = 1, labels: Labels = {}): PresentPacker => ({
  ...{ id, capacity, sandbox: true, heardAt: 1 },
  labels: { os: 'linux', arch: 'x64', ...labels },
})

const floor = (more: Partial<Floor>): Floor => ({
  ...{ queued: [], busy: [], packers: [packer('p1')], lastTurn: () => 0, refused: () => false },
  ...more,
})

const chosen = (more: Partial<Floor>): string | undefined => {
  const next = nextHandOut(floor(more))
  return next && `${next.build.id} ${next.packer.id}`
}

/** In which order one packer with room for one gets them. */
const orderOf = (builds: readonly BuildRow[]): number[] => {
  const turns = new Map<string, number>()
  const order: number[] = []
  let left = [...builds]
  for (let turn = 1; left.length > 0; turn++) {
    const next = nextHandOut(floor({ queued: left, lastTurn: (service) => turns.get(service) ?? 0 }))
    if (!next) break
    order.push(next.build.id)
    turns.set(next.build.service, turn)
    left = left.filter(({ id }) => id !== next.build.id)
  }
  return order
}

test('what a deploy waits for goes before what a person asked, a hook and a link, however late it came', () => {
  const builds = [3, 2, 1, 0].map((priority, index) => queued(index + 1, `s${index}`, { priority }))
  expect(orderOf(builds)).toEqual([4, 3, 2, 1])
})

test('a service that asks for many does not keep another waiting for more than one of them', () => {
  const many = [1, 2, 3, 4].map((id) => queued(id, 'web'))
  expect(orderOf([...many, queued(5, 'api'), queued(6, 'api')])).toEqual([1, 5, 2, 6, 3, 4])
})

test('of two services the one with fewer builds at work has its turn, whoever was last', () => {
  const packers = [packer('p1', 2), packer('p2', 2)]
  const busy = [{ service: 'web', packer: 'p1' }]
  const lastTurn = (service: string): number => (service === 'api' ? 9 : 1)
  expect(chosen({ queued: [queued(1, 'web'), queued(2, 'api')], packers, busy, lastTurn })).toBe('2 p2')
})

test('a build goes to a packer with all of its labels, and past it goes what others can do', () => {
  const packers = [packer('p1'), packer('p2', 1, { arch: 'arm64', gpu: 'yes' })]
  const special = queued(1, 'web', { labels: { arch: 'arm64', gpu: 'yes' } })
  expect(chosen({ queued: [special], packers })).toBe('1 p2')
  const busy = [{ service: 'other', packer: 'p2' }]
  expect(chosen({ queued: [special], packers, busy })).toBeUndefined()
  expect(chosen({ queued: [special, queued(2, 'api')], packers, busy })).toBe('2 p1')
})

test('a packer gets no more than it has room for, of one service one at a time, and the least busy is asked', () => {
  const packers = [packer('p1', 4), packer('p2', 2)]
  const busy = [
    { service: 'a', packer: 'p1' },
    { service: 'b', packer: 'p2' },
  ]
  expect(chosen({ queued: [queued(1, 'web')], packers, busy })).toBe('1 p1')
  expect(chosen({ queued: [queued(1, 'a')], packers, busy })).toBe('1 p2')
  expect(chosen({ queued: [queued(1, 'a')], packers: [packer('p1', 4)], busy })).toBeUndefined()
  expect(chosen({ queued: [queued(1, 'web')], packers: [packer('p2', 1)], busy })).toBeUndefined()
})

test('a packer that would not have a build is left out for it alone', () => {
  const packers = [packer('p1', 2)]
  const refused: Floor['refused'] = ({ id }) => id === 1
  expect(chosen({ queued: [queued(1, 'web'), queued(2, 'api')], packers, refused })).toBe('2 p1')
})
