import { expect, test } from 'vitest'
import type { DeliveryView, HookView } from '../../../../shared/api/hooks.ts'
import { addCommand, defaultName, deliveryLook, hookSentence, lastRefused } from './hook-view.ts'

const which = { from: 'github' as const, branches: [], tags: [], paths: [] }
const delivery = (more: Partial<DeliveryView>): DeliveryView => ({
  id: 1,
  at: 10,
  what: 'push of main by ann',
  state: 'started',
  ...more,
})

test('a hook says what it builds, when, and who gets it', () => {
  expect(hookSentence(which)).toBe('Builds the default branch.')
  const deploy = { clusters: ['prod'], pattern: '^web-', labels: [] }
  expect(hookSentence({ ...which, branches: ['main'], tags: ['v*'], paths: ['libs/**'], deploy })).toBe(
    'Builds main; tags v*, and deploys it to the hosts in prod named ^web-. Of branches only when something changed in libs/** or in its own part of the repo.',
  )
  expect(hookSentence({ ...which, deploy: { clusters: [], labels: [] } })).toMatch(/to all hosts\.$/)
})

test('a delivery is as its deploy is, or else its build', () => {
  const build = { id: 1, state: 'built' as const, url: '' }
  const deploy = { id: 2, state: 'rolled-back' as const, url: '' }
  expect(deliveryLook(delivery({ build, deploy })).word).toBe('rolled back')
  expect(deliveryLook(delivery({ build })).word).toBe('built')
  expect(deliveryLook(delivery({})).word).toBe('started')
  expect(deliveryLook(delivery({ state: 'skipped', build })).word).toBe('skipped')
})

test('a refused call counts until one is believed', () => {
  const hook = { refused: { at: 11, why: 'no' }, lastDelivery: delivery({}) } as HookView
  expect(lastRefused(hook)).toEqual({ at: 11, why: 'no' })
  expect(lastRefused({ ...hook, lastDelivery: delivery({ at: 12 }) })).toBeUndefined()
})

test('a new hook as a command says only what differs from the usual', () => {
  const plain = { ...which, service: 'web', name: 'web-github', cluster: '', pattern: '', withToken: false }
  expect(addCommand(plain)).toBe('tracker hooks add web --from github')
  expect(
    addCommand({
      ...plain,
      name: 'tags',
      tags: ['v*'],
      cluster: 'prod',
      pattern: '^web-',
      withToken: true,
    }),
  ).toBe("tracker hooks add web --from github --name tags --tag 'v*' --deploy 'prod:^web-' --status-token")
  expect(defaultName('a'.repeat(63), 'github')).toHaveLength(63)
})
