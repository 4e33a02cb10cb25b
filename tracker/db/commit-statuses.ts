import type { BuildState, DeployState } from '../../shared/domain/deploy-state.ts'
import type { Db } from './open.ts'

/** What a forge is to be told of a commit: how a build or a deploy of it goes. */
export interface CommitStatus {
  readonly id: number
  readonly hookId: number
  readonly commit: string
  readonly context: string
  readonly createdAt: number
  readonly buildId: number | null
  readonly buildState: BuildState | null
  readonly deployId: number | null
  readonly deployState: DeployState | null
  /** What has arrived last. */
  readonly told: string | null
}

export type NewCommitStatus = Pick<
  CommitStatus,
  'hookId' | 'commit' | 'context' | 'createdAt' | 'buildId' | 'deployId'
>

export const commitStatusesTable = (db: Db) => {
  const open = db.prepare<[number], CommitStatus>(
    `SELECT s.id, s.hook_id AS hookId, s.commit_id AS "commit", s.context, s.created_at AS createdAt, s.build_id AS buildId,
       b.state AS buildState, s.deploy_id AS deployId, d.state AS deployState, s.told
     FROM commit_statuses s LEFT JOIN builds b ON b.id = s.build_id LEFT JOIN deploys d ON d.id = s.deploy_id
     WHERE s.hook_id = ? ORDER BY s.id`,
  )
  const put = db.prepare(
    `INSERT INTO commit_statuses (hook_id, commit_id, context, created_at, build_id, deploy_id)
     VALUES (@hookId, @commit, @context, @createdAt, @buildId, @deployId)
     ON CONFLICT (hook_id, commit_id, context)
       DO UPDATE SET created_at = @createdAt, build_id = @buildId, deploy_id = @deployId, told = NULL`,
  )
  const told = db.prepare('UPDATE commit_statuses SET told = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM commit_statuses WHERE id = ?')
  const removeOld = db.prepare('DELETE FROM commit_statuses WHERE hook_id = ? AND created_at < ?')

  return {
    /** Those of a hook of which not all was told, oldest first. */
    open: (hookId: number): CommitStatus[] => open.all(hookId),
    put: (status: NewCommitStatus): void => void put.run(status),
    told: (id: number, state: string): void => void told.run(state, id),
    remove: (id: number): void => void remove.run(id),
    /** Those that were begun before then; returns how many. */
    removeOld: (hookId: number, before: number): number => removeOld.run(hookId, before).changes,
  }
}
