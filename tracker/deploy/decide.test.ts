import { describe, expect, test } from 'vitest'
import type { InstallState } from '../../shared/domain/install-state.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Target } from '../db/targets.ts'
import {
  answerWithinMs,
  confirmWithinMs,
  decide,
  silentAnswerWithinMs,
  stepWithinMs,
  type Decision,
  type Situation,
} from './decide.ts'

const began = 1_790_000_000_000

const deployIn = (state: Deploy['state'], rollout: Partial<Deploy['rollout']> = {}): Deploy => ({
  id: 1,
  service: 'web',
  version: 'v2',
  commit: null,
  digest: 'a'.repeat(64),
  buildId: null,
  state,
  error: null,
  reason: null,
  createdBy: 'admin',
  createdAt: began,
  endedAt: null,
  retryOf: null,
  rollbackOf: null,
  rollout: { canary: 1, batch: 2, max_failures: 0, ...rollout },
  selection: { clusters: [], labels: [] },
  warnings: [],
})

const targetIn = (name: string, batch: number, state: InstallState, more: Partial<Target> = {}): Target => ({
  deployId: 1,
  hostId: name,
  hostName: name,
  cluster: 'prod',
  batch,
  digest: 'a'.repeat(64),
  version: 'v2',
  previousDigest: null,
  previousVersion: null,
  state,
  seq: 1,
  phase: 'stage',
  orderedAt: began,
  confirmed: false,
  error: null,
  failedAt: null,
  said: [],
  updatedAt: began,
  ...more,
})

const active = { phase: 'activate', seq: 2 } as const
const done = { ...active, confirmed: true } as const

const ask = (deploy: Deploy, targets: Target[], more: Partial<Situation> = {}): Decision[] =>
  decide({ deploy, targets, build: undefined, isSilent: () => false, now: began, ...more })

const shown = (decisions: Decision[]): string[] =>
  decisions.map((decision) => {
    switch (decision.kind) {
      case 'order':
        return `${decision.phase} ${decision.targets.map((target) => target.hostName).join(' ')}`
      case 'remind':
        return `remind ${decision.clusters.join(' ')}`
      case 'give-up':
        return `${decision.target.hostName} ${decision.state}: ${decision.error}`
      case 'move':
        return decision.error === null ? decision.state : `${decision.state}: ${decision.error}`
    }
  })

describe('staging', () => {
  test('orders all hosts at once, before any is activated', () => {
    const targets = ['a', 'b', 'c'].map((name, batch) =>
      targetIn(name, batch, 'assigned', { seq: null, phase: null }),
    )
    expect(shown(ask(deployIn('staging'), targets))).toEqual(['stage a b c'])
  })

  test('waits for the slowest host', () => {
    const targets = [targetIn('a', 0, 'staged'), targetIn('b', 1, 'unpacking')]
    expect(ask(deployIn('staging'), targets)).toEqual([])
  })

  test('goes on to rolling when every host has it', () => {
    expect(shown(ask(deployIn('staging'), [targetIn('a', 0, 'staged')]))).toEqual(['rolling'])
  })

  test('ends the deploy when a host cannot stage, and no host has been touched', () => {
    const targets = [targetIn('a', 0, 'staged'), targetIn('b', 1, 'failed', { error: 'disk full' })]
    expect(shown(ask(deployIn('staging'), targets))).toEqual(['failed: b: disk full'])
  })

  test('succeeds at once when all hosts run it already and a report says so', () => {
    const targets = [targetIn('a', 0, 'skipped', { confirmed: true })]
    expect(shown(ask(deployIn('staging'), targets))).toEqual(['rolling'])
    expect(shown(ask(deployIn('rolling'), targets))).toEqual(['succeeded'])
  })
})

describe('rolling', () => {
  test('activates the canary alone', () => {
    const targets = [targetIn('a', 0, 'staged'), targetIn('b', 1, 'staged'), targetIn('c', 1, 'staged')]
    expect(shown(ask(deployIn('rolling'), targets))).toEqual(['activate a'])
  })

  test('waits for the version report of the canary before the next batch', () => {
    const canary = targetIn('a', 0, 'committed', active)
    const rest = [targetIn('b', 1, 'staged'), targetIn('c', 1, 'staged')]
    expect(ask(deployIn('rolling'), [canary, ...rest])).toEqual([])
    expect(shown(ask(deployIn('rolling'), [{ ...canary, confirmed: true }, ...rest]))).toEqual([
      'activate b c',
    ])
  })

  test('a canary that rolled back stops the rollout, and no other host is touched', () => {
    const targets = [
      targetIn('a', 0, 'rolled-back', { ...active, error: 'never became healthy' }),
      targetIn('b', 1, 'staged'),
    ]
    expect(shown(ask(deployIn('rolling'), targets))).toEqual(['rolled-back: a: never became healthy'])
  })

  test('hosts that are in the middle of it when another fails are waited for', () => {
    const failed = targetIn('b', 1, 'failed', { ...active, error: 'x' })
    const busy = targetIn('c', 1, 'checking', active)
    const targets = [targetIn('a', 0, 'committed', done), failed, busy, targetIn('d', 2, 'staged')]
    expect(ask(deployIn('rolling'), targets)).toEqual([])
    const ended = [
      targets[0]!,
      failed,
      { ...busy, state: 'committed', confirmed: true } as Target,
      targets[3]!,
    ]
    expect(shown(ask(deployIn('rolling'), ended))).toEqual(['partial: b: x'])
  })

  test('goes on while no more than max_failures have failed', () => {
    const targets = [targetIn('a', 0, 'failed', { ...active, error: 'x' }), targetIn('b', 1, 'staged')]
    expect(shown(ask(deployIn('rolling', { max_failures: 1 }), targets))).toEqual(['activate b'])
  })

  test('a host that comes back after its batch is activated then', () => {
    const targets = [
      targetIn('a', 0, 'committed', done),
      targetIn('late', 1, 'staged'),
      targetIn('c', 2, 'committed', done),
    ]
    expect(shown(ask(deployIn('rolling'), targets))).toEqual(['activate late'])
  })

  test('is partial when a host could not be reached', () => {
    const targets = [targetIn('a', 0, 'committed', done), targetIn('b', 1, 'unreachable')]
    expect(shown(ask(deployIn('rolling'), targets))).toEqual([
      'partial: 1 of 2 hosts could not be reached, such as b',
    ])
  })

  test('does not believe a commit that no report ever shows', () => {
    const targets = [targetIn('a', 0, 'committed', active)]
    expect(ask(deployIn('rolling'), targets, { now: began + confirmWithinMs })).toEqual([])
    expect(shown(ask(deployIn('rolling'), targets, { now: began + confirmWithinMs + 1 }))).toEqual([
      'failed: a: says committed, but no version report has shown it running',
    ])
  })
})

describe('time', () => {
  const waiting = [targetIn('a', 0, 'assigned')]

  test('a host that does not answer is reminded through its cluster, then given up', () => {
    expect(shown(ask(deployIn('staging'), waiting, { now: began + 5200 }))).toEqual(['remind prod'])
    expect(shown(ask(deployIn('staging'), waiting, { now: began + answerWithinMs + 1 }))).toContain(
      'a unreachable: no answer within 20 s',
    )
  })

  test('a host that was silent before is given up sooner', () => {
    const now = began + silentAnswerWithinMs + 1
    expect(shown(ask(deployIn('staging'), waiting, { now, isSilent: () => true }))).toEqual([
      'a unreachable: no answer within 3 s',
    ])
  })

  test('a host that falls silent in the middle of an install is out of reach, not failed', () => {
    const targets = [targetIn('a', 0, 'checking', active)]
    expect(shown(ask(deployIn('rolling'), targets, { isSilent: () => true }))).toEqual([
      'a unreachable: silent since it was checking',
    ])
  })

  test('a step that never ends fails', () => {
    const targets = [targetIn('a', 0, 'fetching')]
    expect(shown(ask(deployIn('staging'), targets, { now: began + stepWithinMs + 1 }))).toEqual([
      'a failed: fetching for over 30 minutes',
    ])
  })
})

describe('a build', () => {
  const build = { id: 7, state: 'building', error: null } as Situation['build'] & object

  test('is waited for', () => {
    const deploy = { ...deployIn('building'), digest: null, buildId: 7 }
    expect(ask(deploy, [], { build })).toEqual([])
  })

  test('that fails ends the deploy before any host is touched', () => {
    const deploy = { ...deployIn('building'), digest: null, buildId: 7 }
    const failed = { ...build, state: 'failed', error: 'npm ci failed' } as const
    expect(shown(ask(deploy, [], { build: failed }))).toEqual(['failed: The build failed: npm ci failed'])
  })
})
