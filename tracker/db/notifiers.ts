import type { NotificationFormat, NotifiedOutcome } from '../../shared/domain/notification.ts'
import type { Db } from './open.ts'

/** A webhook that is told how deploys end. */
export interface Notifier {
  readonly id: number
  readonly name: string
  /** Of its URL, what anyone may see. */
  readonly host: string
  /** Its URL and the key of its signatures. */
  readonly sealed: Buffer
  readonly format: NotificationFormat
  readonly service: string | null
  readonly cluster: string | null
  readonly outcomes: readonly NotifiedOutcome[]
  readonly createdBy: string
  readonly createdAt: number
  /** The seq of the last event that it was told of, or that is no concern of its. */
  readonly toldThrough: number
  readonly toldAt: number | null
  /** While nothing arrives. */
  readonly failingSince: number | null
  readonly error: string | null
  readonly givenUp: number
}

type Row = Omit<Notifier, 'outcomes'> & { readonly outcomes: string }
type Progress = 'id' | 'toldAt' | 'failingSince' | 'error' | 'givenUp'
export type NewNotifier = Omit<Notifier, Progress>

const notifierOf = (row: Row): Notifier => ({
  ...row,
  outcomes: JSON.parse(row.outcomes) as NotifiedOutcome[],
})

export const notifiersTable = (db: Db) => {
  const columns = `id, name, host, sealed, format, service, cluster, outcomes, created_by AS createdBy,
    created_at AS createdAt, told_through AS toldThrough, told_at AS toldAt, failing_since AS failingSince, error,
    given_up AS givenUp FROM notifiers`
  const get = db.prepare<[number], Row>(`SELECT ${columns} WHERE id = ?`)
  const named = db.prepare<[string], Row>(`SELECT ${columns} WHERE name = ?`)
  const list = db.prepare<[], Row>(`SELECT ${columns} ORDER BY name`)
  const insert = db.prepare(
    `INSERT INTO notifiers (name, host, sealed, format, service, cluster, outcomes, created_by, created_at, told_through)
     VALUES (@name, @host, @sealed, @format, @service, @cluster, @outcomes, @createdBy, @createdAt, @toldThrough)`,
  )
  const remove = db.prepare('DELETE FROM notifiers WHERE id = ?')
  const skip = db.prepare('UPDATE notifiers SET told_through = @seq WHERE id = @id')
  const told = db.prepare(
    'UPDATE notifiers SET told_through = @seq, told_at = @now, failing_since = NULL, error = NULL WHERE id = @id',
  )
  const failed = db.prepare(
    'UPDATE notifiers SET failing_since = ifnull(failing_since, @now), error = @error WHERE id = @id',
  )
  const giveUp = db.prepare(
    'UPDATE notifiers SET told_through = @seq, given_up = given_up + @count WHERE id = @id',
  )

  return {
    get: (id: number): Notifier | undefined => {
      const row = get.get(id)
      return row && notifierOf(row)
    },
    named: (name: string): Notifier | undefined => {
      const row = named.get(name)
      return row && notifierOf(row)
    },
    list: (): Notifier[] => list.all().map(notifierOf),
    insert: (notifier: NewNotifier): void =>
      void insert.run({ ...notifier, outcomes: JSON.stringify(notifier.outcomes) }),
    remove: (id: number): void => void remove.run(id),
    /** Up to here nothing concerns it. */
    skip: (id: number, seq: number): void => void skip.run({ id, seq }),
    told: (id: number, seq: number, now: number): void => void told.run({ id, seq, now }),
    failed: (id: number, error: string, now: number): void => void failed.run({ id, error, now }),
    giveUp: (id: number, seq: number, count: number): void => void giveUp.run({ id, seq, count }),
  }
}
