import { expect, test } from 'vitest'
import { Event } from '../../../../shared/domain/event.ts'
import { applyTimelineEvents, emptyTimeline } from './timeline.ts'

const step = (seq: number, state: string, data: object = {}): Event =>
  Event.parse({
    seq,
    at: seq * 100,
    kind: 'install.state',
    data: { hostName: 'web-1', state, at: seq * 100, ...data },
  })

test('a step took what the next one says, or else the time between them', () => {
  const { steps } = applyTimelineEvents(emptyTimeline, [
    step(1, 'accepted'),
    step(2, 'fetching', { tookMs: 7 }),
    step(5, 'verifying'),
  ])
  expect(steps.map((one) => [one.state, one.tookMs])).toEqual([
    ['accepted', 7],
    ['fetching', 300],
    ['verifying', undefined],
  ])
})

test('a failure keeps its error and the service’s output', () => {
  const { steps } = applyTimelineEvents(emptyTimeline, [step(1, 'failed', { error: 'no', output: ['boom'] })])
  expect(steps[0]).toMatchObject({ error: 'no', output: ['boom'] })
})

test('an event that comes twice counts once', () => {
  const once = applyTimelineEvents(emptyTimeline, [step(1, 'accepted')])
  expect(applyTimelineEvents(once, [step(1, 'accepted')])).toBe(once)
})
