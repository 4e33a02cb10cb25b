import { describe, expect, test } from 'vitest'
import type { InstallState } from '../../../shared/domain/install-state.ts'
import type { Deploy } from '../../db/deploys.ts'
import type { Target } from '../../db/targets.ts'
import { decide } from './decide.ts'
import type { Decision, Situation } from './situation.ts'
import { answerWithinMs, confirmWithinMs, silentAnswerWithinMs, stepWithinMs } from './waiting.ts'
import { defaultRollout } from '../../../shared/domain/rollout.ts'

const began = 1_790_000_000_000

const deployIn = (state: Deploy['state'], rollout: Partial<Deploy['rollout']> = {}): Deploy => ({
  id: 1,
  service: 'web',
  version: 'v2',
  commit: null,
  digest: 'a'.repeat(64),
  config: null,
  buildId: null,
  state,
  stateSince: began,
  pausedFrom: null,
  clearedThrough: -1,
  acceptedFailures: 0,
  error: null,
  reason: null,
  createdBy: 'admin',
  createdAt: began,
  beganAt: began,
  endedAt: null,
  retryOf: null,
  rollbackOf: null,
  notBefore: null,
  queue: false,
  ignoreFreeze: false,
  rollout: { ...defaultRollout, batch: 2, ...rollout },
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
  config: null,
  version: 'v2',
  previousDigest: null,
  previousConfig: null,
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
  decide({
    deploy,
    targets,
    build: undefined,
    isSilent: () => false,
    now: began,
    ...more,
  })

const shown = (decisions: Decision[]): string[] =>
  decisions.map((decision) => {
    switch (decision.kind) {
      case 'begin':
        return 'begin'
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
    expect(shown(ask(deployIn('staging'), [targetIn('a', 0, 'staged')]))).toEqual(['rolling', 'activate a'])
  })

  test('ends the deploy when a host cannot stage, and no host has been touched', () => {
    const targets = [targetIn('a', 0, 'staged'), targetIn('b', 1, 'failed', { error: 'disk full' })]
    expect(shown(ask(deployIn('staging'), targets))).toEqual(['failed: b: disk full'])
  })

  test('succeeds at once when all hosts run it already and a report says so', () => {
    const targets = [targetIn('a', 0, 'skipped', { confirmed: true })]
    expect(shown(ask(deployIn('staging'), targets))).toEqual(['rolling', 'succeeded'])
  })
})

describe('staging many hosts', () => {
  const fleet = (count: number, more: Partial<Target> = {}): Target[] =>
    Array.from({ length: count }, (_, index) =>
      targetIn(`h${index}`, 1, 'assigned', { seq: null, phase: null, ...more }),
    )

  test('no more than stage_at_once are at it together', () => {
    const waiting = fleet(3)
    const busy = [targetIn('x', 0, 'fetching'), targetIn('y', 0, 'staged')]
    const deploy = deployIn('staging', { stage_at_once: 2 })
    expect(shown(ask(deploy, [...busy, ...waiting]))).toEqual(['stage h0'])
  })

  test('with a jitter each host has its own moment, and at the end of it all have had theirs', () => {
    const deploy = deployIn('staging', { stage_jitter: 60_000 })
    const ordered = (after: number) =>
      ask(deploy, fleet(200), { now: began + after }).flatMap((decision) =>
        decision.kind === 'order' ? decision.targets : [],
      )
    expect(ordered(0)).toEqual([])
    expect(ordered(30_000).length).toBeGreaterThan(60)
    expect(ordered(30_000).length).toBeLessThan(140)
    expect(ordered(60_000)).toHaveLength(200)
  })

  test('the first host is switched only when enough are ready', () => {
    const lost = (name: string) => targetIn(name, 1, 'unreachable', { error: 'no answer within 3 s' })
    const targets = [targetIn('a', 0, 'staged'), lost('b'), lost('c')]
    expect(shown(ask(deployIn('staging'), targets))).toEqual([
      'failed: 1 of 3 hosts have it staged, 2 must before the first is switched; b: no answer within 3 s',
    ])
    expect(shown(ask(deployIn('staging', { ready: '33%' }), targets))).toEqual(['rolling', 'activate a'])
  })

  test('once too many failed, no further host begins', () => {
    const targets = [targetIn('a', 0, 'failed', { error: 'disk full' }), targetIn('b', 0, 'fetching')]
    expect(ask(deployIn('staging', { stage_at_once: 2 }), [...targets, ...fleet(5)])).toEqual([])
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

  test.each([
    ['a number', 1, 2],
    ['a share, rounded down', '50%', 3],
  ] as const)('max_failures may be %s', (_what, max_failures, hosts) => {
    const failed = targetIn('a', 0, 'failed', { ...active, error: 'x' })
    const rest = ['b', 'c'].slice(0, hosts - 1).map((name) => targetIn(name, 1, 'staged'))
    expect(shown(ask(deployIn('rolling', { max_failures }), [failed, ...rest]))[0]).toMatch(/^activate/)
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
      'partial: 1 of 2 hosts could not be reached, such as b; it takes it when back',
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

describe('between batches', () => {
  const canary = targetIn('a', 0, 'committed', { ...done, updatedAt: began })
  const rest = [targetIn('b', 1, 'staged'), targetIn('c', 2, 'staged')]

  test('a batch is watched before the next one begins', () => {
    const deploy = deployIn('rolling', { bake: 5000 })
    expect(ask(deploy, [canary, ...rest], { now: began + 4999 })).toEqual([])
    expect(shown(ask(deploy, [canary, ...rest], { now: began + 5000 }))).toEqual(['activate b'])
  })

  test('a person looks at the canaries, and then no more', () => {
    const deploy = deployIn('rolling', { pause_after_canary: true })
    expect(shown(ask(deploy, [canary, ...rest]))).toEqual([
      'paused: The canary a runs it: `tracker promote 1` goes on, `tracker rollback 1` goes back.',
    ])
    expect(shown(ask({ ...deploy, clearedThrough: 0 }, [canary, ...rest]))).toEqual(['activate b'])
    const second = { ...rest[0]!, ...done, state: 'committed' } as Target
    expect(shown(ask({ ...deploy, clearedThrough: 0 }, [canary, second, rest[1]!]))).toEqual(['activate c'])
  })

  test('a host that comes late to a batch that has begun does not wait again', () => {
    const second = targetIn('b', 1, 'committed', { ...done, updatedAt: began })
    const late = targetIn('b2', 1, 'staged')
    expect(shown(ask(deployIn('rolling', { bake: 5000 }), [canary, second, late]))).toEqual(['activate b2'])
  })

  test('nothing is ordered while it is paused, and silent hosts are still given up', () => {
    const busy = targetIn('b', 1, 'checking', active)
    expect(ask(deployIn('paused'), [canary, busy, rest[1]!])).toEqual([])
    expect(shown(ask(deployIn('paused'), [canary, busy], { isSilent: () => true }))).toEqual([
      'b unreachable: silent since it was checking',
    ])
  })
})

describe('once more hosts failed than may', () => {
  const old = { previousDigest: 'b'.repeat(64), previousVersion: 'v1' }
  const canary = targetIn('a', 0, 'committed', { ...done, ...old })
  const failed = targetIn('b', 1, 'rolled-back', { ...active, ...old, error: 'never became healthy' })
  const rest = targetIn('c', 2, 'staged', old)
  const why = 'b: never became healthy'

  test('`pause` waits for a person, who may accept what failed', () => {
    const deploy = deployIn('rolling', { on_failure: 'pause' })
    expect(shown(ask(deploy, [canary, failed, rest]))).toEqual([
      `paused: ${why}: \`tracker resume 1\` accepts that and goes on, \`tracker rollback 1\` goes back.`,
    ])
    expect(shown(ask({ ...deploy, acceptedFailures: 1 }, [canary, failed, rest]))).toEqual(['activate c'])
  })

  test('`continue` goes on', () => {
    const deploy = deployIn('rolling', { on_failure: 'continue' })
    expect(shown(ask(deploy, [canary, failed, rest]))).toEqual(['activate c'])
  })

  test('`rollback` brings the whole deploy back, in batches, and ends when reports show it', () => {
    expect(shown(ask(deployIn('rolling'), [canary, failed, rest]))).toEqual([`rolling-back: ${why}`])
    const deploy = { ...deployIn('rolling-back'), error: why }
    expect(shown(ask(deploy, [canary, { ...canary, hostName: 'd', batch: 1 }, failed, rest]))).toEqual([
      'restore a',
    ])
    const ordered = targetIn('a', 0, 'rolling-back', { ...old, phase: 'restore', seq: 3 })
    expect(ask(deploy, [ordered, failed, rest])).toEqual([])
    const back = { ...ordered, state: 'rolled-back' } as Target
    expect(ask(deploy, [back, failed, rest])).toEqual([])
    expect(shown(ask(deploy, [{ ...back, confirmed: true }, failed, rest]))).toEqual([`rolled-back: ${why}`])
  })

  test('a host that could not be brought back is told: not all is as it was', () => {
    const deploy = { ...deployIn('rolling-back'), error: why }
    const stuck = targetIn('a', 0, 'failed', { ...old, phase: 'restore', seq: 3, error: 'it does not start' })
    expect(shown(ask(deploy, [stuck, failed, rest]))).toEqual([`failed: ${why}`])
  })

  test('a host that never had another release keeps this one', () => {
    const first = targetIn('a', 0, 'committed', done)
    expect(shown(ask(deployIn('rolling'), [first, failed, rest]))).toEqual([`partial: ${why}`])
  })

  test('rolled back by a person when all hosts have it and none had another, it still ends', () => {
    const first = targetIn('a', 0, 'committed', done)
    expect(shown(ask({ ...deployIn('rolling-back'), error: 'Rolled back by ann.' }, [first]))).toEqual([
      'partial: Rolled back by ann.',
    ])
  })

  test('a host that was switched and is out of reach is to go back when it returns', () => {
    const lost = targetIn('a', 0, 'unreachable', { ...active, ...old })
    expect(shown(ask(deployIn('rolling'), [lost, failed, rest]))).toEqual([`rolling-back: ${why}`])
    expect(shown(ask(deployIn('rolling-back'), [lost, failed, rest]))).toEqual(['restore a'])
    const told = { ...lost, phase: 'restore', state: 'rolling-back', seq: 3 } as Target
    expect(
      shown(ask(deployIn('rolling-back'), [told, failed], { isSilent: () => true, now: began + 4000 })),
    ).toEqual(['a unreachable: no answer within 3 s'])
    const gone = { ...told, state: 'unreachable' } as Target
    const deploy = { ...deployIn('rolling-back'), error: why }
    expect(shown(ask(deploy, [gone, failed, rest]))).toEqual([`failed: ${why}`])
  })
})
