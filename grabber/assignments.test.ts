import { afterEach, expect, test } from 'vitest'
import { createLogger } from '../shared/log.ts'
import { exampleSignedOrder, type SignedOrder } from '../shared/messages/order.ts'
import { eventually } from '../test/dev-env/poll.ts'
import { Assignments } from './assignments.ts'
import type { HostIdentity } from './identity.ts'
import type { Calls } from './uplink.ts'

const stop = new AbortController()
afterEach(() => stop.abort())

test('orders that do not fit into one answer are asked for one after another, until there are no more', async () => {
  const heard: SignedOrder[] = []
  const asked: (string | undefined)[] = []
  const followers: Record<string, string> = { '': 'api', api: 'mail', mail: 'mail' }
  const tracker = {
    call: (_call: unknown, _host: unknown, { after }: { after?: string }) => {
      asked.push(after)
      return Promise.resolve({ v: 1, orders: [exampleSignedOrder], next: followers[after ?? ''] })
    },
  } as unknown as Calls
  const identity = { id: 'h0123456789ab', cluster: 'prod' } as HostIdentity
  const assignments = new Assignments(
    identity,
    (order) => void heard.push(order),
    createLogger('test', 'silent'),
  )
  void assignments.run(tracker, stop.signal)
  await eventually('three answers', () => heard.length === 3)
  // The last names itself: a tracker that answers so is not asked for ever.
  expect(asked).toEqual([undefined, 'api', 'mail'])
})
