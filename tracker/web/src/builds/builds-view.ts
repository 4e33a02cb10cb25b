import type { BuildView } from '../../../../shared/api/builds.ts'
import type { Event } from '../../../../shared/domain/event.ts'
import { call } from '../api/client.ts'
import { listBuilds } from '../api/build-routes.ts'
import type { LiveSource, LiveView } from '../api/live.ts'

const shown = 200

/** The list of builds, newest first. */
export interface BuildsView extends LiveView {
  readonly seq: undefined
  readonly builds: readonly BuildView[]
}

export const applyBuildsEvents = (view: BuildsView, events: readonly Event[]): BuildsView =>
  view.stale || !events.some(({ kind }) => kind === 'build.state') ? view : { ...view, stale: true }

export const buildsSource = (service: string | undefined): LiveSource<readonly BuildView[], BuildsView> => ({
  filter: {},
  reloadEveryMs: 500,
  load: async (signal) => (await call(listBuilds, { query: { service, limit: shown } }, signal)).builds,
  settle: (builds) => ({ seq: undefined, stale: false, builds }),
  apply: applyBuildsEvents,
})
