import type { Db } from './open.ts'

export interface Config {
  readonly service: string
  readonly version: number
  readonly createdAt: number
  readonly createdBy: string
  readonly reason: string | null
}

export const configsTable = (db: Db) => {
  const columns = 'service, version, created_at AS createdAt, created_by AS createdBy, reason FROM configs'
  const get = db.prepare<[string, number], Config>(`SELECT ${columns} WHERE service = ? AND version = ?`)
  const newest = db.prepare<[string], { version: number | null }>(
    'SELECT max(version) AS version FROM configs WHERE service = ?',
  )
  const list = db.prepare<[string, number], Config>(
    `SELECT ${columns} WHERE service = ? ORDER BY version DESC LIMIT ?`,
  )
  const insert = db.prepare(
    `INSERT INTO configs (service, version, created_at, created_by, reason)
     VALUES (@service, @version, @createdAt, @createdBy, @reason)`,
  )

  return {
    get: (service: string, version: number): Config | undefined => get.get(service, version),
    /** The version that a deploy takes now; null when the service never had settings. */
    newest: (service: string): number | null => newest.get(service)?.version ?? null,
    /** Newest first. */
    list: (service: string, limit: number): Config[] => list.all(service, limit),
    insert: (config: Config): void => void insert.run(config),
  }
}
