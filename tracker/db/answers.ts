import type { Db } from './open.ts'

export interface KeptAnswer {
  /** Of the call: its method, path and body. */
  readonly fingerprint: string
  readonly sealed: Buffer
}

const keptForMs = 24 * 3_600_000
/** Of one token; the oldest go first. */
const maxKept = 10_000

/** What calls with an Idempotency-Key were answered, by the caller's token and the key. */
export const answersTable = (db: Db, most = maxKept) => {
  const find = db.prepare<[string, string, number], KeptAnswer>(
    'SELECT fingerprint, sealed FROM answers WHERE token_hash = ? AND key = ? AND at > ?',
  )
  const removeOld = db.prepare('DELETE FROM answers WHERE at <= ?')
  const insert = db.prepare(
    `INSERT INTO answers (at, token_hash, key, fingerprint, sealed)
     VALUES (@now, @tokenHash, @key, @fingerprint, @sealed)`,
  )
  const removeSurplus = db.prepare(
    `DELETE FROM answers WHERE token_hash = @tokenHash AND id <=
       (SELECT id FROM answers WHERE token_hash = @tokenHash ORDER BY id DESC LIMIT 1 OFFSET @most)`,
  )

  return {
    find: (tokenHash: string, key: string, now: number): KeptAnswer | undefined =>
      find.get(tokenHash, key, now - keptForMs),
    keep: (answer: KeptAnswer & { tokenHash: string; key: string; now: number }): void => {
      removeOld.run(answer.now - keptForMs)
      insert.run(answer)
      removeSurplus.run({ tokenHash: answer.tokenHash, most })
    },
  }
}
