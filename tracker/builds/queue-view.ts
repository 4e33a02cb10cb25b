import type { BuildQueue } from '../../shared/api/builds.ts'
import type { Tables } from '../db/store.ts'
import type { BuildDesk } from './build-desk.ts'
import { inTurn } from './next-hand-out.ts'
import { buildViewsOf, queuedViewOf } from './views.ts'
import { waitsFor } from './waits-for.ts'

/** What is being built, and of what waits the first in turn. */
export const queueView = (
  tables: Pick<Tables, 'agents' | 'builds'>,
  desk: Pick<BuildDesk, 'packers' | 'hasDeclined'>,
  limit: number,
): BuildQueue => {
  const packers = desk.packers()
  const running = tables.builds.running()
  const busy = running.filter(({ state }) => state === 'building')
  const queued = running.filter(({ state }) => state === 'queued')
  const first = inTurn({ queued, busy, lastTurn: tables.builds.lastStart }).slice(0, limit)
  return {
    building: buildViewsOf(tables, busy),
    queued: first.map((row, place) => ({
      ...queuedViewOf(tables, row, place),
      waitsFor: waitsFor(row, packers, busy, desk.hasDeclined.bind(desk)),
    })),
    waiting: queued.length,
  }
}
