import type { Db } from './open.ts'

/** A version that failed its canary or was rolled back. */
export interface Quarantined {
  readonly service: string
  readonly digest: string
  readonly version: string
  /** What went wrong, in one sentence. */
  readonly reason: string
  readonly deployId: number
  readonly at: number
}

export const quarantineTable = (db: Db) => {
  const columns = 'service, digest, version, reason, deploy_id AS deployId, at FROM quarantine'
  const get = db.prepare<[string, string], Quarantined>(`SELECT ${columns} WHERE service = ? AND digest = ?`)
  const list = db.prepare<[], Quarantined>(`SELECT ${columns} ORDER BY at DESC`)
  const put = db.prepare(
    `INSERT INTO quarantine (service, digest, version, reason, deploy_id, at)
     VALUES (@service, @digest, @version, @reason, @deployId, @at)
     ON CONFLICT (service, digest) DO UPDATE SET reason = @reason, deploy_id = @deployId, at = @at`,
  )
  const lift = db.prepare('DELETE FROM quarantine WHERE service = ? AND digest = ?')

  return {
    get: (service: string, digest: string): Quarantined | undefined => get.get(service, digest),
    /** Latest first. */
    list: (): Quarantined[] => list.all(),
    put: (entry: Quarantined): void => void put.run(entry),
    lift: (service: string, digest: string): void => void lift.run(service, digest),
  }
}
