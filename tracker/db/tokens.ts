import type { Db } from './open.ts'

export interface TokenRow {
  readonly name: string
  readonly kind: 'admin' | 'session'
  readonly expiresAt: number | null
}

/** Only hashes are kept: whoever reads the database cannot log in with it. */
export const tokensTable = (db: Db) => {
  const insert = db.prepare(
    'INSERT INTO tokens (hash, name, kind, created_at, expires_at) VALUES (@hash, @name, @kind, @now, @expiresAt)',
  )
  const find = db.prepare<[string, number], TokenRow>(
    `SELECT name, kind, expires_at AS expiresAt FROM tokens WHERE hash = ? AND (expires_at IS NULL OR expires_at > ?)`,
  )
  const remove = db.prepare('DELETE FROM tokens WHERE hash = ?')
  const removeExpired = db.prepare('DELETE FROM tokens WHERE expires_at <= ?')
  const any = db.prepare("SELECT 1 FROM tokens WHERE kind = 'admin'")

  return {
    insert: (token: {
      hash: string
      name: string
      kind: 'admin' | 'session'
      now: number
      expiresAt: number | null
    }): void => {
      removeExpired.run(token.now)
      insert.run(token)
    },
    find: (hash: string, now: number): TokenRow | undefined => find.get(hash, now),
    remove: (hash: string): void => void remove.run(hash),
    hasAdmin: (): boolean => any.get() !== undefined,
  }
}
