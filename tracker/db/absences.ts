import type { Db } from './open.ts'

/** A time in which nothing was heard of a host. */
export interface Absence {
  readonly hostId: string
  /** Of the last report before; null when there was none yet. */
  readonly heardAt: number | null
}

export const absencesTable = (db: Db) => {
  const insertFirst = db.prepare(
    `INSERT OR IGNORE INTO absences (host_id, from_at, until_at)
     SELECT id, joined_at, @now FROM agents WHERE id = @hostId`,
  )
  const insert = db.prepare(
    `INSERT OR IGNORE INTO absences (host_id, heard_at, from_at, until_at)
     VALUES (@hostId, @heardAt, @fromAt, @now)`,
  )
  const at = db.prepare<[{ moment: number }], Absence>(
    `SELECT host_id AS hostId, heard_at AS heardAt FROM absences
     WHERE until_at > @moment AND from_at <= @moment`,
  )

  return {
    /** A host has reported for the first time since it was enrolled. */
    endFirst: (hostId: string, now: number): void => void insertFirst.run({ hostId, now }),
    /** A host has reported again that had been silent from `fromAt` on. */
    end: (hostId: string, heardAt: number, fromAt: number, now: number): void =>
      void insert.run({ hostId, heardAt, fromAt, now }),
    /** Those that were over later only. */
    at: (moment: number): Absence[] => at.all({ moment }),
  }
}
