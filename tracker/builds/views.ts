import type { BuildView } from '../../shared/api/builds.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Tables } from '../db/store.ts'
import { inTurn } from './next-hand-out.ts'

type Shown = Pick<Tables, 'agents' | 'builds'>

export const buildViewOf = (tables: Shown, row: BuildRow): BuildView =>
  viewOf(tables, row, row.state === 'queued' ? placesInQueue(tables) : noPlaces)

/** The same of many: the queue is put in order once. */
export const buildViewsOf = (tables: Shown, rows: readonly BuildRow[]): BuildView[] => {
  const places = rows.some(({ state }) => state === 'queued') ? placesInQueue(tables) : noPlaces
  return rows.map((row) => viewOf(tables, row, places))
}

/** Of one whose place in the queue is known. */
export const queuedViewOf = (tables: Shown, row: BuildRow, ahead: number): BuildView =>
  viewOf(tables, row, new Map([[row.id, ahead]]))

/** How many builds are before each that is queued. */
type Places = ReadonlyMap<number, number>

const noPlaces: Places = new Map()

const placesInQueue = ({ builds }: Shown): Places => {
  const running = builds.running()
  const queued = running.filter(({ state }) => state === 'queued')
  const busy = running.filter(({ state }) => state === 'building')
  return new Map(inTurn({ queued, busy, lastTurn: builds.lastStart }).map(({ id }, place) => [id, place]))
}

const viewOf = (tables: Shown, row: BuildRow, places: Places): BuildView => ({
  id: row.id,
  service: row.service,
  version: row.version,
  commit: row.commit,
  subject: row.subject,
  state: row.state,
  isKept: row.kept !== null,
  cause: row.cause,
  askedBy: row.askedBy,
  attempts: row.attempts,
  createdAt: row.createdAt,
  ...(row.packer === null ? {} : { packer: tables.agents.get(row.packer)?.name ?? row.packer }),
  ...(row.state === 'queued' ? { ahead: places.get(row.id) ?? 0 } : {}),
  ...(row.error === null ? {} : { error: row.error }),
  ...(row.digest === null ? {} : { digest: row.digest, ...beforeOf(tables, row) }),
  ...(row.size === null ? {} : { size: row.size }),
  ...(row.startedAt === null ? {} : { startedAt: row.startedAt }),
  ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
})

const beforeOf = ({ builds }: Shown, row: BuildRow): Pick<BuildView, 'before'> => {
  if (!row.fresh) return {}
  const before = builds.lastOfCommit(row.service, row.commit, row.id)
  if (before?.digest == null || before.buildConfig !== row.buildConfig) return {}
  return { before: { id: before.id, same: before.digest === row.digest } }
}
