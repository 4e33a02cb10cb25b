import type { Lock, LockPlace } from '../../shared/api/locks.ts'
import type { Db } from './open.ts'

type Row = Omit<Lock, 'cluster'> & { cluster: string | null }

const lockOf = ({ cluster, ...row }: Row): Lock => ({ ...row, ...(cluster === null ? {} : { cluster }) })
const placeOf = ({ service, cluster }: LockPlace) => ({ service, cluster: cluster ?? null })

export const locksTable = (db: Db) => {
  const columns = 'service, cluster, owner, reason, taken_at AS takenAt, expires_at AS expiresAt FROM locks'
  const atPlace = 'service = @service AND cluster IS @cluster'
  const list = db.prepare<[number], Row>(
    `SELECT ${columns} WHERE expires_at > ? ORDER BY service, cluster NULLS FIRST`,
  )
  const get = db.prepare<[ReturnType<typeof placeOf> & { now: number }], Row>(
    `SELECT ${columns} WHERE ${atPlace} AND expires_at > @now`,
  )
  const insert = db.prepare(
    `INSERT INTO locks (service, cluster, owner, reason, taken_at, expires_at)
     VALUES (@service, @cluster, @owner, @reason, @takenAt, @expiresAt)`,
  )
  const remove = db.prepare(`DELETE FROM locks WHERE ${atPlace}`)
  const removeExpired = db.prepare('DELETE FROM locks WHERE expires_at <= ?')

  return {
    /** Those that hold, by service. */
    list: (now: number): Lock[] => list.all(now).map(lockOf),
    /** The one at exactly this place, while it holds. */
    get: (place: LockPlace, now: number): Lock | undefined => {
      const row = get.get({ ...placeOf(place), now })
      return row && lockOf(row)
    },
    /** Instead of any that is at its place. */
    put: (lock: Lock): void => {
      remove.run(placeOf(lock))
      insert.run({ ...lock, ...placeOf(lock) })
    },
    remove: (place: LockPlace): void => void remove.run(placeOf(place)),
    removeExpired: (now: number): void => void removeExpired.run(now),
  }
}
