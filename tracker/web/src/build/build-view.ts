import type { BuildView } from '../../../../shared/api/builds.ts'
import type { Event, LogLine } from '../../../../shared/domain/event.ts'
import { call } from '../api/client.ts'
import { getBuild } from '../api/routes.ts'
import type { LiveSource, LiveView } from '../api/live.ts'

/** What a browser can show without getting slow; `tracker logs` has the rest. */
export const maxLogLines = 5000

/** One build and its log. */
export interface BuildPageView extends LiveView {
  readonly seq: number
  readonly build: BuildView
  readonly lines: readonly LogLine[]
  /** How many earlier lines were let go. */
  readonly dropped: number
}

export const settleBuild = (build: BuildView, view?: BuildPageView): BuildPageView => ({
  seq: 0,
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
    lines: excess === 0 ? all : all.slice(excess),
    dropped: view.dropped + excess,
  }
}

/** The log comes from the feed, which begins at the beginning. */
export const buildSource = (id: number): LiveSource<BuildView, BuildPageView> => ({
  filter: { build: id },
  reloadEveryMs: 300,
  load: (signal) => call(getBuild, { params: { id } }, signal),
  settle: settleBuild,
  apply: applyBuildEvents,
})
