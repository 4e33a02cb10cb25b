import type { Event } from '../../../../shared/domain/event.ts'
import type { InstallState } from '../../../../shared/domain/install-state.ts'
import type { LiveSource, LiveView } from '../api/live.ts'

export interface Step {
  readonly seq: number
  readonly state: InstallState
  /** The host's clock. */
  readonly at: number
  /** How long the host was in this state; undefined while it still is, or at an end. */
  readonly tookMs: number | undefined
  readonly error: string | undefined
  readonly output: readonly string[] | undefined
}

/** What one host did in one deploy. */
export interface Timeline extends LiveView {
  readonly seq: number
  readonly steps: readonly Step[]
}

export const emptyTimeline: Timeline = { seq: 0, stale: false, steps: [] }

export const applyTimelineEvents = (timeline: Timeline, events: readonly Event[]): Timeline => {
  const news = events.filter((event) => event.seq > timeline.seq)
  return news.reduce(applyEvent, timeline)
}

const applyEvent = (timeline: Timeline, event: Event): Timeline => {
  if (event.kind !== 'install.state') return { ...timeline, seq: event.seq }
  const { state, at, tookMs, error, output } = event.data
  const step = { seq: event.seq, state, at, tookMs: undefined, error, output }
  const before = timeline.steps.at(-1)
  const ended = before ? [{ ...before, tookMs: tookMs ?? Math.max(0, at - before.at) }] : []
  return { ...timeline, seq: event.seq, steps: [...timeline.steps.slice(0, -1), ...ended, step] }
}

/** All of it comes from the feed, which begins at the beginning. */
export const timelineSource = (deploy: number, host: string): LiveSource<undefined, Timeline> => ({
  filter: { deploy, host },
  reloadEveryMs: 1000,
  load: () => Promise.resolve(undefined),
  settle: (_, timeline) => timeline ?? emptyTimeline,
  apply: applyTimelineEvents,
})
