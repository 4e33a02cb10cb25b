import type { BuildCause } from '../../shared/api/builds.ts'
import type { BuiltBy } from '../../shared/domain/artifact.ts'
import type { BuildState } from '../../shared/domain/deploy-state.ts'
import type { Labels } from '../../shared/domain/names.ts'
import type { Db } from './open.ts'

export interface BuildRow {
  readonly id: number
  readonly service: string
  readonly version: string
  readonly commit: string
  readonly subject: string
  readonly buildConfig: string
  readonly recipe: string
  readonly builtBy: BuiltBy
  /** Those that a packer needs for it. */
  readonly labels: Labels
  /** Installs everything anew. */
  readonly fresh: boolean
  readonly cause: BuildCause
  readonly priority: number
  readonly askedBy: string
  readonly state: BuildState
  /** The id of who has it, or had it last. */
  readonly packer: string | null
  /** How often it was handed out. */
  readonly attempts: number
  /** How often its packer fell silent. */
  readonly lost: number
  readonly error: string | null
  readonly digest: string | null
  readonly size: number | null
  /** What its log and its record are called in the artifact store. */
  readonly kept: string | null
  readonly createdAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
}

/** A build that is to be done. */
export type NewBuild = Pick<
  BuildRow,
  | 'service'
  | 'version'
  | 'commit'
  | 'subject'
  | 'buildConfig'
  | 'recipe'
  | 'builtBy'
  | 'labels'
  | 'fresh'
  | 'cause'
  | 'priority'
  | 'askedBy'
> & { readonly now: number }

type Raw = Omit<BuildRow, 'builtBy' | 'labels' | 'fresh'> & { builtBy: string; labels: string; fresh: number }

const rowOf = (raw: Raw): BuildRow => ({
  ...raw,
  builtBy: JSON.parse(raw.builtBy) as BuiltBy,
  labels: JSON.parse(raw.labels) as Labels,
  fresh: raw.fresh === 1,
})

const maybe = (raw: Raw | undefined): BuildRow | undefined => raw && rowOf(raw)

export const buildsTable = (db: Db) => {
  const columns = `b.id, b.service, b.version, b.commit_id AS "commit", b.subject, b.build_config AS buildConfig, b.recipe,
    b.built_by AS builtBy, b.labels, b.fresh, b.cause, b.priority, b.asked_by AS askedBy, b.state, b.packer, b.attempts,
    b.lost, b.error, b.digest, b.kept, a.size, b.created_at AS createdAt, b.started_at AS startedAt, b.ended_at AS endedAt
    FROM builds b LEFT JOIN artifacts a ON a.digest = b.digest`
  const get = db.prepare<[number], Raw>(`SELECT ${columns} WHERE b.id = ?`)
  const list = db.prepare<[{ service: string | null; limit: number }], Raw>(
    `SELECT ${columns} WHERE @service IS NULL OR b.service = @service ORDER BY b.id DESC LIMIT @limit`,
  )
  const running = db.prepare<[], Raw>(`SELECT ${columns} WHERE b.ended_at IS NULL ORDER BY b.id`)
  const countRunning = db.prepare<[], { count: number }>(
    'SELECT count(*) AS count FROM builds WHERE ended_at IS NULL',
  )
  const findRunning = db.prepare<[string, string, string], Raw>(
    `SELECT ${columns} WHERE b.ended_at IS NULL AND b.service = ? AND b.commit_id = ? AND b.build_config = ?`,
  )
  const ofArtifact = db.prepare<[string], Raw>(
    `SELECT ${columns} WHERE b.digest = ? ORDER BY b.id DESC LIMIT 1`,
  )
  const lastOfCommit = db.prepare<[string, string, number], Raw>(
    `SELECT ${columns} WHERE b.service = ? AND b.commit_id = ? AND b.id < ? AND b.ended_at IS NOT NULL ORDER BY b.id DESC LIMIT 1`,
  )
  const builtBefore = db.prepare<[string, number], Raw>(
    `SELECT ${columns} WHERE b.service = ? AND b.id < ? AND b.state = 'built' AND b.kept IS NOT NULL ORDER BY b.id DESC LIMIT 1`,
  )
  const lastStart = db.prepare<[string], { at: number | null }>(
    'SELECT MAX(started_at) AS at FROM builds WHERE service = ?',
  )
  const insert = db.prepare(
    `INSERT INTO builds (service, version, commit_id, subject, build_config, recipe, built_by, labels, fresh, cause, priority,
       asked_by, state, created_at)
     VALUES (@service, @version, @commit, @subject, @buildConfig, @recipe, @builtBy, @labels, @fresh, @cause, @priority,
       @askedBy, 'queued', @now)`,
  )
  const setPriority = db.prepare('UPDATE builds SET priority = ?, cause = ? WHERE id = ?')
  const begin = db.prepare(
    `UPDATE builds SET state = 'building', packer = @packer, attempts = @attempt, started_at = @now WHERE id = @id`,
  )
  const putBack = db.prepare(`UPDATE builds SET state = 'queued', lost = @lost WHERE id = @id`)
  const keep = db.prepare('UPDATE builds SET kept = ? WHERE id = ?')
  const end = db.prepare(
    'UPDATE builds SET state = @state, error = @error, digest = @digest, ended_at = @now WHERE id = @id',
  )

  return {
    get: (id: number): BuildRow | undefined => maybe(get.get(id)),
    list: (service: string | undefined, limit: number): BuildRow[] =>
      list.all({ service: service ?? null, limit }).map(rowOf),
    running: (): BuildRow[] => running.all().map(rowOf),
    countRunning: (): number => countRunning.get()?.count ?? 0,
    findRunning: (service: string, commit: string, buildConfig: string): BuildRow | undefined =>
      maybe(findRunning.get(service, commit, buildConfig)),
    ofArtifact: (digest: string): BuildRow | undefined => maybe(ofArtifact.get(digest)),
    /** The last of the same commit that has ended, before another one. */
    lastOfCommit: (service: string, commit: string, before = Number.MAX_SAFE_INTEGER): BuildRow | undefined =>
      maybe(lastOfCommit.get(service, commit, before)),
    /** The last one of the same service before it that made something, and of which that is remembered. */
    builtBefore: ({ service, id }: Pick<BuildRow, 'service' | 'id'>): BuildRow | undefined =>
      maybe(builtBefore.get(service, id)),
    /** When a build of the service was handed out last; 0 for never. */
    lastStart: (service: string): number => lastStart.get(service)?.at ?? 0,
    insert: (build: NewBuild): number =>
      Number(
        insert.run({
          ...build,
          builtBy: JSON.stringify(build.builtBy),
          labels: JSON.stringify(build.labels),
          fresh: build.fresh ? 1 : 0,
        }).lastInsertRowid,
      ),
    setPriority: (id: number, priority: number, cause: BuildCause): void =>
      void setPriority.run(priority, cause, id),
    begin: (id: number, packer: string, attempt: number, now: number): void =>
      void begin.run({ id, packer, attempt, now }),
    putBack: (id: number, lost: number): void => void putBack.run({ id, lost }),
    keep: (id: number, kept: string): void => void keep.run(kept, id),
    end: (
      id: number,
      result: { state: BuildState; error: string | null; digest: string | null; now: number },
    ): void => void end.run({ id, ...result }),
  }
}
