import type { UpkeepReport } from '../../shared/api/artifacts.ts'
import type { Db } from './open.ts'

export interface UpkeepRow {
  readonly nextAt: number
  /** Null while it does not fail. */
  readonly failingSince: number | null
  readonly error: string | null
  /** What the last one that came through found; null before the first. */
  readonly found: UpkeepReport | null
}

type Row = Omit<UpkeepRow, 'found'> & { readonly found: string | null }

/** How the upkeep of the artifact store goes. */
export const upkeepTable = (db: Db) => {
  const get = db.prepare<[], Row>(
    'SELECT next_at AS nextAt, failing_since AS failingSince, error, found FROM upkeep',
  )
  const begin = db.prepare('INSERT INTO upkeep (id, next_at) VALUES (1, ?) ON CONFLICT (id) DO NOTHING')
  const succeed = db.prepare(
    'UPDATE upkeep SET next_at = @nextAt, failing_since = NULL, error = NULL, found = @found',
  )
  const fail = db.prepare(
    'UPDATE upkeep SET next_at = @nextAt, failing_since = ifnull(failing_since, @now), error = @error',
  )

  return {
    get: (): UpkeepRow | undefined => {
      const row = get.get()
      return row && { ...row, found: row.found === null ? null : (JSON.parse(row.found) as UpkeepReport) }
    },
    /** When the first is; later calls change nothing. */
    begin: (nextAt: number): void => void begin.run(nextAt),
    succeed: (found: UpkeepReport, nextAt: number): void =>
      void succeed.run({ found: JSON.stringify(found), nextAt }),
    fail: (error: string, now: number, nextAt: number): void => void fail.run({ error, now, nextAt }),
  }
}
