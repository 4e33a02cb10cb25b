import type { HostSelection } from '../../shared/api/hosts.ts'
import type { HookSource } from '../../shared/domain/hook.ts'
import type { Db } from './open.ts'

/** What calls of a forge or a CI come in by. */
export interface Hook {
  readonly id: number
  readonly name: string
  readonly service: string
  readonly source: HookSource
  /** Its secret, and the forge's token. */
  readonly sealed: Buffer
  readonly branches: readonly string[]
  readonly tags: readonly string[]
  readonly paths: readonly string[]
  /** The hosts that get what was built. */
  readonly deploy: HostSelection | null
  /** Where statuses of commits go: all of the URL but the commit. */
  readonly statusesTo: string | null
  readonly createdBy: string
  readonly createdAt: number
  /** The last call that was not believed, or not understood. */
  readonly refusedAt: number | null
  readonly refusal: string | null
  readonly statusSentAt: number | null
  /** While no status arrives. */
  readonly statusFailingSince: number | null
  readonly statusError: string | null
}

type Progress = 'id' | 'refusedAt' | 'refusal' | 'statusSentAt' | 'statusFailingSince' | 'statusError'
export type NewHook = Omit<Hook, Progress> & { readonly keyHash: string }

interface Row extends Omit<Hook, 'branches' | 'tags' | 'paths' | 'deploy'> {
  readonly branches: string
  readonly tags: string
  readonly paths: string
  readonly deploy: string | null
}

const hookOf = (row: Row): Hook => ({
  ...row,
  branches: JSON.parse(row.branches) as string[],
  tags: JSON.parse(row.tags) as string[],
  paths: JSON.parse(row.paths) as string[],
  deploy: row.deploy === null ? null : (JSON.parse(row.deploy) as HostSelection),
})

export const hooksTable = (db: Db) => {
  const columns = `id, name, service, source, sealed, branches, tags, paths, deploy, statuses_to AS statusesTo,
    created_by AS createdBy, created_at AS createdAt, refused_at AS refusedAt, refusal, status_sent_at AS statusSentAt,
    status_failing_since AS statusFailingSince, status_error AS statusError FROM hooks`
  const get = db.prepare<[number], Row>(`SELECT ${columns} WHERE id = ?`)
  const named = db.prepare<[string], Row>(`SELECT ${columns} WHERE name = ?`)
  const byKey = db.prepare<[string], Row>(`SELECT ${columns} WHERE key_hash = ?`)
  const list = db.prepare<[], Row>(`SELECT ${columns} ORDER BY name`)
  const insert = db.prepare(
    `INSERT INTO hooks (name, key_hash, service, source, sealed, branches, tags, paths, deploy, statuses_to, created_by, created_at)
     VALUES (@name, @keyHash, @service, @source, @sealed, @branches, @tags, @paths, @deploy, @statusesTo, @createdBy, @createdAt)`,
  )
  const rotate = db.prepare('UPDATE hooks SET key_hash = @keyHash, sealed = @sealed WHERE id = @id')
  const remove = db.prepare('DELETE FROM hooks WHERE id = ?')
  const refused = db.prepare('UPDATE hooks SET refused_at = @now, refusal = @why WHERE id = @id')
  const statusSent = db.prepare(
    'UPDATE hooks SET status_sent_at = @now, status_failing_since = NULL, status_error = NULL WHERE id = @id',
  )
  const statusFailed = db.prepare(
    'UPDATE hooks SET status_failing_since = ifnull(status_failing_since, @now), status_error = @error WHERE id = @id',
  )
  const one = (row: Row | undefined): Hook | undefined => row && hookOf(row)

  return {
    get: (id: number): Hook | undefined => one(get.get(id)),
    named: (name: string): Hook | undefined => one(named.get(name)),
    /** By the hash of the last part of its URL. */
    byKey: (keyHash: string): Hook | undefined => one(byKey.get(keyHash)),
    list: (): Hook[] => list.all().map(hookOf),
    insert: (hook: NewHook): void =>
      void insert.run({
        ...hook,
        branches: JSON.stringify(hook.branches),
        tags: JSON.stringify(hook.tags),
        paths: JSON.stringify(hook.paths),
        deploy: hook.deploy === null ? null : JSON.stringify(hook.deploy),
      }),
    rotate: (id: number, credentials: { keyHash: string; sealed: Buffer }): void =>
      void rotate.run({ id, ...credentials }),
    /** With its deliveries, and what is still to be told of them. */
    remove: (id: number): void => void remove.run(id),
    refused: (id: number, why: string, now: number): void => void refused.run({ id, why, now }),
    statusSent: (id: number, now: number): void => void statusSent.run({ id, now }),
    statusFailed: (id: number, error: string, now: number): void => void statusFailed.run({ id, error, now }),
  }
}
