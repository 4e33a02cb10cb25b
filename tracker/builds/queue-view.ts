import type { BuildQueue } from '../../shared/api/builds.ts'
import type { Tables } from '../db/store.ts'
import { inTurn } from './next-hand-out.ts'
import type { PresentPacker } from './packers.ts'
import { buildViewsOf, queuedViewOf } from './views.ts'
import { waitsFor } from './waits-for.ts'

/** What is being built, and of what waits the first in turn. */
export const queueView = (
  tables: Pick<Tables, 'agents' | 'builds'>,
  packers: readonly PresentPacker[],
  limit: number,
): BuildQueue => {
  const running = tables.builds.running()
  const busy = running.filter(({ state }) => state === 'building')
  const queued = running.filter(({ state }) => state === 'queued')
  const first = inTurn({ queued, busy, lastTurn: tables.builds.lastStart }).slice(0, limit)
  return {
    building: buildViewsOf(tables, busy),
    queued: first.map((row, place) => ({
      ...queuedViewOf(tables, row, place),
      waitsFor: waitsFor(row, packers, busy),
    })),
    waiting: queued.length,
  }
}
