import { expect, test } from 'vitest'
import { DeployDetail } from '../../../../shared/api/deploys.ts'
import { Event } from '../../../../shared/domain/event.ts'
import { applyDeployEvents, settleDeploy, type DeployPageView } from './deploy-view.ts'
import { defaultRollout } from '../../../../shared/domain/rollout.ts'

const host = (index: number): string => `h${String(index).padStart(12, '0')}`

const detail = (changes: object = {}): DeployDetail =>
  DeployDetail.parse({
    id: 12,
    service: 'web',
    version: 'v2',
    state: 'staging',
    createdBy: 'ann',
    createdAt: 1000,
    rollout: defaultRollout,
    selection: {},
    counts: { assigned: 2 },
    total: 2,
    targets: [1, 2].map((index) => ({
      hostId: host(index),
      hostName: `web-${index}`,
      cluster: 'prod',
      state: 'assigned',
      version: 'v2',
      batch: index - 1,
      confirmed: false,
      updatedAt: 1000,
    })),
    warnings: [],
    restrictions: [],
    seq: 10,
    ...changes,
  })

const install = (seq: number, index: number, state: string, data: object = {}): Event =>
  Event.parse({
    seq,
    at: seq * 1000,
    kind: 'install.state',
    deployId: 12,
    hostId: host(index),
    data: { hostName: `web-${index}`, state, at: seq * 1000, ...data },
  })

const deployState = (seq: number, state: string, reason?: string): Event =>
  Event.parse({ seq, at: seq * 1000, kind: 'deploy.state', deployId: 12, data: { state, reason } })

const start = (changes: object = {}): DeployPageView =>
  settleDeploy({ detail: detail(changes), build: undefined, history: [deployState(9, 'staging')] })

test('hosts are in the order in which a person counts', () => {
  const [first] = detail().targets
  const targets = ['web-10', 'web-9'].map((hostName, index) => ({ ...first, hostName, hostId: host(index) }))
  expect([...start({ targets }).targets.values()].map(({ hostName }) => hostName)).toEqual([
    'web-9',
    'web-10',
  ])
})

test('a host moves on, and the counts with it', () => {
  const view = applyDeployEvents(start(), [install(11, 1, 'accepted'), install(12, 1, 'fetching')])
  expect(view.targets.get(host(1))).toMatchObject({ state: 'fetching', updatedAt: 12_000 })
  expect(view.counts).toEqual({ assigned: 1, accepted: 0, fetching: 1 })
  expect(view).toMatchObject({ seq: 12, stale: false })
})

test('the view before is left as it was', () => {
  const before = start()
  applyDeployEvents(before, [install(11, 1, 'accepted')])
  expect(before.targets.get(host(1))?.state).toBe('assigned')
  expect(before.counts).toEqual({ assigned: 2 })
})

test('an untouched host stays the same object, so that it is not drawn again', () => {
  const before = start()
  const after = applyDeployEvents(before, [install(11, 1, 'accepted')])
  expect(after.targets.get(host(2))).toBe(before.targets.get(host(2)))
})

test('events that the answer included already change nothing', () => {
  const view = start()
  expect(applyDeployEvents(view, [install(9, 1, 'accepted'), install(10, 1, 'failed')])).toBe(view)
})

test('the same events twice are the same as once', () => {
  const events = [install(11, 1, 'accepted'), install(12, 1, 'skipped')]
  const once = applyDeployEvents(start(), events)
  expect(applyDeployEvents(once, events)).toBe(once)
})

test('states in between may be missed', () => {
  const view = applyDeployEvents(start(), [install(11, 1, 'checking')])
  expect(view.targets.get(host(1))?.state).toBe('checking')
  expect(view.stale).toBe(false)
})

test('a step back is not believed: the tracker is asked', () => {
  const ended = applyDeployEvents(start(), [install(11, 1, 'skipped')])
  const view = applyDeployEvents(ended, [install(12, 1, 'fetching')])
  expect(view.targets.get(host(1))?.state).toBe('skipped')
  expect(view.stale).toBe(true)
})

test('a host that is not in the view makes it stale', () => {
  expect(applyDeployEvents(start(), [install(11, 3, 'accepted')]).stale).toBe(true)
})

test('the reason of a failure stays while the host rolls back, and goes when it is tried again', () => {
  const failing = applyDeployEvents(start(), [
    install(11, 1, 'rolling-back', { error: 'not healthy' }),
    install(12, 1, 'rolled-back'),
  ])
  expect(failing.targets.get(host(1))?.error).toBe('not healthy')
  const lost = applyDeployEvents(start(), [install(11, 2, 'unreachable', { error: 'no answer' })])
  expect(applyDeployEvents(lost, [install(12, 2, 'accepted')]).targets.get(host(2))?.error).toBeUndefined()
})

test('where a host failed and what its service said stay while it rolls back', () => {
  const output = ['hello', 'Error: KEY is not set']
  const view = applyDeployEvents(start(), [
    install(11, 1, 'checking'),
    install(12, 1, 'rolling-back', { error: 'it died', output }),
    install(13, 1, 'rolled-back'),
  ])
  expect(view.targets.get(host(1))).toMatchObject({ failedAt: 'checking', said: ['Error: KEY is not set'] })
  const lost = applyDeployEvents(start(), [install(11, 2, 'unreachable'), install(12, 2, 'accepted')])
  expect(lost.targets.get(host(2))?.failedAt).toBeUndefined()
})

test('a deploy’s state is shown at once, with its time, and the rest is asked for', () => {
  const view = applyDeployEvents(start(), [deployState(11, 'rolling')])
  expect(view.deploy.state).toBe('rolling')
  expect(view.stateTimes).toEqual({ staging: 9000, rolling: 11_000 })
  expect(view.stale).toBe(true)
})

test('the end has a time and a reason', () => {
  const view = applyDeployEvents(start({ state: 'rolling' }), [
    deployState(11, 'rolled-back', 'web-1 is not healthy'),
  ])
  expect(view.deploy).toMatchObject({ state: 'rolled-back', endedAt: 11_000, error: 'web-1 is not healthy' })
})

test('an answer older than the feed is asked for again', () => {
  const ahead = applyDeployEvents(start(), [install(11, 1, 'accepted')])
  const view = settleDeploy({ detail: detail(), build: undefined, history: [] }, ahead)
  expect(view.targets.get(host(1))?.state).toBe('accepted')
  expect(view.stale).toBe(true)
})

test('a new answer keeps the times that are known', () => {
  const ahead = applyDeployEvents(start(), [deployState(11, 'rolling')])
  const view = settleDeploy(
    { detail: detail({ seq: 11, state: 'rolling' }), build: undefined, history: [] },
    ahead,
  )
  expect(view.stateTimes).toEqual({ staging: 9000, rolling: 11_000 })
  expect(view.stale).toBe(false)
})
