import { describe, expect, test } from 'vitest'
import type { InstallState } from '../shared/domain/install-state.ts'
import { PersonError } from '../shared/errors.ts'
import { createLogger } from '../shared/log.ts'
import type { HostEvent } from '../shared/messages/host-events.ts'
import { Outbox } from './outbox.ts'

const log = createLogger('test', 'silent')
const event = (id: number, state: InstallState = 'fetching', output: string[] = []): HostEvent => ({
  id: String(id),
  at: 1,
  service: 'web',
  deployId: 1,
  seq: 1,
  state,
  output,
})
const unavailable = new PersonError('unavailable', 'nobody is there')

/** Delivers until everything has arrived; `answer` says how each attempt goes. */
const deliver = async (
  events: HostEvent[],
  answer: (attempt: number) => Error | undefined = () => undefined,
): Promise<HostEvent[][]> => {
  const batches: HostEvent[][] = []
  let attempts = 0
  const outbox = new Outbox((batch) => {
    const error = answer(++attempts)
    if (error) return Promise.reject(error)
    batches.push(batch)
    return Promise.resolve()
  }, log)
  for (const each of events) outbox.add(each)
  const stop = new AbortController()
  const running = outbox.run(stop.signal)
  await outbox.delivered(AbortSignal.timeout(10_000))
  stop.abort()
  await running
  return batches
}

const idsOf = (batches: HostEvent[][]): number[] => batches.flat().map(({ id }) => Number(id))
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('the outbox', () => {
  test('delivers in order, in batches that a message can carry', async () => {
    const large = Array.from({ length: 100 }, () => 'x'.repeat(500))
    const batches = await deliver(numbers(250).map((id) => event(id, 'failed', id < 6 ? large : [])))
    expect(idsOf(batches)).toEqual(numbers(250))
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(100)
      expect(JSON.stringify(batch).length).toBeLessThan(200 * 1024)
    }
  })

  test('tries again until what it sent is acknowledged', async () => {
    const batches = await deliver([event(1), event(2)], (attempt) => (attempt < 3 ? unavailable : undefined))
    expect(idsOf(batches)).toEqual([1, 2])
  })

  test('leaves out what the tracker will never accept, so that the rest gets through', async () => {
    const poison = new PersonError('invalid', 'The request is malformed.')
    const batches = await deliver(
      numbers(150).map((id) => event(id)),
      (n) => (n === 1 ? poison : undefined),
    )
    expect(idsOf(batches)).toEqual(numbers(150).slice(100))
  })

  test('when it is full, drops steps before it drops ends', async () => {
    const events = numbers(1200).map((id) => event(id, id < 10 ? 'committed' : 'fetching'))
    const ids = idsOf(await deliver(events))
    expect(ids).toHaveLength(1000)
    expect(ids.slice(0, 11)).toEqual([...numbers(10), 210])
  })
})
