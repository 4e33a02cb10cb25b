import { expect, test } from 'vitest'
import { DeployView } from '../../../../shared/api/deploys.ts'
import { Event } from '../../../../shared/domain/event.ts'
import { applyDeploysEvents, settleDeploys } from './deploys-view.ts'
import { defaultRollout } from '../../../../shared/domain/rollout.ts'

const deploy = DeployView.parse({
  id: 12,
  service: 'web',
  version: 'v2',
  state: 'staging',
  createdBy: 'ann',
  createdAt: 1,
  rollout: defaultRollout,
  selection: {},
  counts: {},
  total: 3,
})

const state = (deployId: number, name: string): Event =>
  Event.parse({ seq: 5, at: 5000, kind: 'deploy.state', deployId, data: { state: name } })

test('a state shows at once', () => {
  const view = applyDeploysEvents(settleDeploys([deploy]), [state(12, 'rolling')])
  expect(view.deploys[0]?.state).toBe('rolling')
  expect(view.stale).toBe(true)
})

test('an end has its time', () => {
  expect(applyDeploysEvents(settleDeploys([deploy]), [state(12, 'failed')]).deploys[0]?.endedAt).toBe(5000)
})

test('a deploy that is not in the list is asked for', () => {
  const view = applyDeploysEvents(settleDeploys([deploy]), [state(13, 'planned')])
  expect(view.deploys).toEqual([deploy])
  expect(view.stale).toBe(true)
})

test('what is not about a deploy changes nothing', () => {
  const view = settleDeploys([deploy])
  const event = Event.parse({ seq: 5, at: 5, kind: 'host.versions', data: { hostName: 'web-1' } })
  expect(applyDeploysEvents(view, [event])).toBe(view)
})
