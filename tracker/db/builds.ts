import type { BuildView } from '../../shared/api/builds.ts'
import type { BuildState } from '../../shared/domain/deploy-state.ts'
import type { Db } from './open.ts'

export interface BuildRow {
  readonly id: number
  readonly service: string
  readonly version: string
  readonly commit: string
  readonly subject: string
  readonly buildConfig: string
  readonly state: BuildState
  readonly attempts: number
  readonly error: string | null
  readonly digest: string | null
  readonly size: number | null
  /** What its log and its record are called in the artifact store. */
  readonly kept: string | null
  readonly createdAt: number
  readonly endedAt: number | null
}

export const buildViewOf = (row: BuildRow): BuildView => ({
  id: row.id,
  service: row.service,
  version: row.version,
  commit: row.commit,
  subject: row.subject,
  state: row.state,
  isKept: row.kept !== null,
  createdAt: row.createdAt,
  ...(row.error === null ? {} : { error: row.error }),
  ...(row.digest === null ? {} : { digest: row.digest }),
  ...(row.size === null ? {} : { size: row.size }),
  ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
})

export const buildsTable = (db: Db) => {
  const columns = `b.id, b.service, b.version, b.commit_id AS "commit", b.subject, b.build_config AS buildConfig, b.state,
    b.attempts, b.error, b.digest, b.kept, a.size, b.created_at AS createdAt, b.ended_at AS endedAt
    FROM builds b LEFT JOIN artifacts a ON a.digest = b.digest`
  const get = db.prepare<[number], BuildRow>(`SELECT ${columns} WHERE b.id = ?`)
  const list = db.prepare<[{ service: string | null; limit: number }], BuildRow>(
    `SELECT ${columns} WHERE @service IS NULL OR b.service = @service ORDER BY b.id DESC LIMIT @limit`,
  )
  const running = db.prepare<[], BuildRow>(`SELECT ${columns} WHERE b.ended_at IS NULL ORDER BY b.id`)
  const findRunning = db.prepare<[string, string, string], BuildRow>(
    `SELECT ${columns} WHERE b.ended_at IS NULL AND b.service = ? AND b.commit_id = ? AND b.build_config = ?`,
  )
  const ofArtifact = db.prepare<[string], BuildRow>(
    `SELECT ${columns} WHERE b.digest = ? ORDER BY b.id DESC LIMIT 1`,
  )
  const builtBefore = db.prepare<[string, number], BuildRow>(
    `SELECT ${columns} WHERE b.service = ? AND b.id < ? AND b.state = 'built' AND b.kept IS NOT NULL ORDER BY b.id DESC LIMIT 1`,
  )
  const insert = db.prepare(
    `INSERT INTO builds (service, version, commit_id, subject, build_config, state, created_at)
     VALUES (@service, @version, @commit, @subject, @buildConfig, 'queued', @now)`,
  )
  const setState = db.prepare('UPDATE builds SET state = @state, attempts = @attempts WHERE id = @id')
  const end = db.prepare(
    'UPDATE builds SET state = @state, error = @error, digest = @digest, kept = @kept, ended_at = @now WHERE id = @id',
  )

  return {
    get: (id: number): BuildRow | undefined => get.get(id),
    list: (service: string | undefined, limit: number): BuildRow[] =>
      list.all({ service: service ?? null, limit }),
    running: (): BuildRow[] => running.all(),
    findRunning: (service: string, commit: string, buildConfig: string): BuildRow | undefined =>
      findRunning.get(service, commit, buildConfig),
    ofArtifact: (digest: string): BuildRow | undefined => ofArtifact.get(digest),
    /** The last one of the same service before it that made something, and of which that is remembered. */
    builtBefore: ({ service, id }: Pick<BuildRow, 'service' | 'id'>): BuildRow | undefined =>
      builtBefore.get(service, id),
    insert: (build: {
      service: string
      version: string
      commit: string
      subject: string
      buildConfig: string
      now: number
    }): number => Number(insert.run(build).lastInsertRowid),
    setState: (id: number, state: BuildState, attempts: number): void =>
      void setState.run({ id, state, attempts }),
    end: (
      id: number,
      result: Pick<BuildRow, 'state' | 'error' | 'digest' | 'kept'> & { now: number },
    ): void => void end.run({ id, ...result }),
  }
}
