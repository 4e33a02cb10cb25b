import type { Labels } from '../../shared/domain/names.ts'
import type { Db } from './open.ts'

export interface Enrolment {
  readonly kind: 'host' | 'packer'
  readonly name: string
  readonly cluster: string | null
  readonly labels: Labels
}

type Row = Omit<Enrolment, 'labels'> & { labels: string }

export const enrolmentsTable = (db: Db) => {
  const insert = db.prepare(
    `INSERT INTO enrolments (token_hash, kind, name, cluster, labels, expires_at)
     VALUES (@tokenHash, @kind, @name, @cluster, @labels, @expiresAt)`,
  )
  const removeExpired = db.prepare('DELETE FROM enrolments WHERE expires_at <= ?')
  const take = db.prepare<[string, number], Row>(
    'DELETE FROM enrolments WHERE token_hash = ? AND expires_at > ? RETURNING kind, name, cluster, labels',
  )

  return {
    insert: (enrolment: Enrolment & { tokenHash: string; expiresAt: number }, now: number): void => {
      removeExpired.run(now)
      insert.run({ ...enrolment, labels: JSON.stringify(enrolment.labels) })
    },
    /** What the token was made for; it cannot be taken twice. */
    take: (tokenHash: string, now: number): Enrolment | undefined => {
      const row = take.get(tokenHash, now)
      return row && { ...row, labels: JSON.parse(row.labels) as Labels }
    },
  }
}
