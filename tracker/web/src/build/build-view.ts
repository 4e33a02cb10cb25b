import type { BuildView } from '../../../../shared/api/builds.ts'
import type { BuildStep, Event, LogLine } from '../../../../shared/domain/event.ts'
import { call } from '../api/client.ts'
import { getBuild } from '../api/build-routes.ts'
import type { LiveSource, LiveView } from '../api/live.ts'

/** What a browser can show without getting slow; a search, and `tracker logs`, have the rest. */
export const maxLogLines = 5000

/** One build, its steps and its log. */
export interface BuildPageView extends LiveView {
  readonly seq: number
  readonly build: BuildView
  /** Of the last try. */
  readonly steps: readonly BuildStep[]
  readonly lines: readonly LogLine[]
  /** How many earlier lines were let go. */
  readonly dropped: number
}

export const settleBuild = (build: BuildView, view?: BuildPageView): BuildPageView => ({
  seq: 0,
  steps: [],
  lines: [],
  dropped: 0,
  ...view,
  stale: false,
  build,
})

export const applyBuildEvents = (view: BuildPageView, events: readonly Event[]): BuildPageView => {
  const news = events.filter((event) => event.seq > view.seq)
  const last = news.at(-1)
  if (!last) return view
  const added = news.flatMap((event) => (event.kind === 'build.log' ? event.data.lines : []))
  const all = added.length === 0 ? view.lines : [...view.lines, ...added]
  const excess = Math.max(0, all.length - maxLogLines)
  return {
    ...view,
    seq: last.seq,
    stale: view.stale || news.some((event) => event.kind === 'build.state'),
    steps: news.reduce(stepsAfter, view.steps),
    lines: excess === 0 ? all : all.slice(excess),
    dropped: view.dropped + excess,
  }
}

/** A step that has ended takes the place of its beginning. */
const stepsAfter = (steps: readonly BuildStep[], event: Event): readonly BuildStep[] => {
  if (event.kind === 'build.state') return event.data.state === 'queued' ? [] : steps
  if (event.kind !== 'build.step') return steps
  const last = steps.at(-1)
  const isItsEnd = last?.name === event.data.name && last.state === 'running'
  return [...(isItsEnd ? steps.slice(0, -1) : steps), event.data]
}

/** Log and steps come from the feed, which begins at the beginning. */
export const buildSource = (id: number): LiveSource<BuildView, BuildPageView> => ({
  filter: { build: id },
  reloadEveryMs: 300,
  load: (signal) => call(getBuild, { params: { id } }, signal),
  settle: settleBuild,
  apply: applyBuildEvents,
})
