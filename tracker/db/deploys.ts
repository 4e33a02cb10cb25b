import type { HostSelection } from '../../shared/api/hosts.ts'
import type { DeployState } from '../../shared/domain/deploy-state.ts'
import type { InstallState } from '../../shared/domain/install-state.ts'
import type { Rollout } from '../../shared/domain/rollout.ts'
import { filtered } from './filtered.ts'
import type { Db } from './open.ts'

export interface Deploy {
  readonly id: number
  readonly service: string
  readonly version: string
  readonly commit: string | null
  readonly digest: string | null
  /** Null where its service has no settings, and in a rollback whose hosts differ. */
  readonly config: number | null
  readonly buildId: number | null
  readonly state: DeployState
  readonly stateSince: number
  /** Where it goes on when it is resumed; null unless it is paused. */
  readonly pausedFrom: DeployState | null
  /** Up to this batch, somebody has said that the rollout may go on: -1 for none. */
  readonly clearedThrough: number
  /** So many failed hosts somebody has seen and accepted. */
  readonly acceptedFailures: number
  /** Why it is where it is, in one sentence. */
  readonly error: string | null
  readonly reason: string | null
  readonly createdBy: string
  readonly createdAt: number
  /** Null while it is queued. */
  readonly beganAt: number | null
  readonly endedAt: number | null
  readonly retryOf: number | null
  readonly rollbackOf: number | null
  /** When it is to begin; null for as soon as it may. */
  readonly notBefore: number | null
  /** Whether it waits for what is in its way, however long. */
  readonly queue: boolean
  /** Whether it may begin in a freeze. */
  readonly ignoreFreeze: boolean
  readonly rollout: Rollout
  readonly selection: HostSelection
  readonly warnings: string[]
}

type Row = Omit<Deploy, 'queue' | 'ignoreFreeze' | 'rollout' | 'selection' | 'warnings'> & {
  queue: number
  ignoreFreeze: number
  rollout: string
  selection: string
  warnings: string
}

const deployOf = (row: Row): Deploy => ({
  ...row,
  queue: row.queue === 1,
  ignoreFreeze: row.ignoreFreeze === 1,
  rollout: JSON.parse(row.rollout) as Rollout,
  selection: JSON.parse(row.selection) as HostSelection,
  warnings: JSON.parse(row.warnings) as string[],
})

export interface DeployFilter {
  readonly service?: string | undefined
  readonly state?: DeployState | undefined
  readonly createdBy?: string | undefined
  /** Of one of its hosts at least. */
  readonly cluster?: string | undefined
  /** The name of one of its hosts. */
  readonly host?: string | undefined
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly before?: number | undefined
}

const conditions: Record<keyof DeployFilter, string> = {
  service: 'service = @service',
  state: 'state = @state',
  createdBy: 'created_by = @createdBy',
  cluster: 'EXISTS (SELECT 1 FROM targets WHERE deploy_id = deploys.id AND cluster = @cluster)',
  host: 'id IN (SELECT deploy_id FROM targets WHERE host_name = @host)',
  since: 'created_at >= @since',
  until: 'created_at <= @until',
  before: 'id < @before',
}

type Progress =
  | 'state'
  | 'stateSince'
  | 'pausedFrom'
  | 'clearedThrough'
  | 'acceptedFailures'
  | 'error'
  | 'beganAt'
  | 'endedAt'
export type NewDeploy = Omit<Deploy, 'id' | 'config' | Progress> & Partial<Pick<Deploy, 'config'>>

/** Where a deploy is to be from now on. */
export type DeployMove = Pick<Deploy, 'state' | 'error' | 'endedAt' | 'pausedFrom'> & { readonly now: number }

export const deploysTable = (db: Db) => {
  const columns = `id, service, version, commit_id AS "commit", digest, config, build_id AS buildId, state,
    state_since AS stateSince, paused_from AS pausedFrom, cleared_through AS clearedThrough,
    accepted_failures AS acceptedFailures, error, reason,
    created_by AS createdBy, created_at AS createdAt, began_at AS beganAt, ended_at AS endedAt, retry_of AS retryOf,
    rollback_of AS rollbackOf, not_before AS notBefore, queue, ignore_freeze AS ignoreFreeze, rollout, selection, warnings FROM deploys`
  const get = db.prepare<[number], Row>(`SELECT ${columns} WHERE id = ?`)
  const running = db.prepare<[], Row>(`SELECT ${columns} WHERE ended_at IS NULL ORDER BY id`)
  const awaiting = db.prepare<[number], Row>(
    `SELECT ${columns} WHERE ended_at IS NULL AND digest IS NULL AND build_id = ? ORDER BY id`,
  )
  const list = filtered<Row, keyof DeployFilter>(
    db,
    conditions,
    (where) => `SELECT ${columns} WHERE ${where} ORDER BY id DESC LIMIT @limit`,
  )
  const counts = db.prepare<[number], { state: InstallState; count: number }>(
    'SELECT state, count(*) AS count FROM targets WHERE deploy_id = ? GROUP BY state',
  )
  const insert = db.prepare(
    `INSERT INTO deploys (service, version, commit_id, digest, config, build_id, state, state_since, reason, created_by, created_at,
       retry_of, rollback_of, not_before, queue, ignore_freeze, rollout, selection, warnings)
     VALUES (@service, @version, @commit, @digest, @config, @buildId, 'queued', @createdAt, @reason, @createdBy, @createdAt,
       @retryOf, @rollbackOf, @notBefore, @queue, @ignoreFreeze, @rollout, @selection, @warnings)`,
  )
  const setState = db.prepare(
    `UPDATE deploys SET state = @state, error = @error, ended_at = @endedAt, paused_from = @pausedFrom, state_since = @now
     WHERE id = @id`,
  )
  const clear = db.prepare('UPDATE deploys SET cleared_through = max(cleared_through, @batch) WHERE id = @id')
  const acceptFailures = db.prepare('UPDATE deploys SET accepted_failures = @count WHERE id = @id')
  const setWarnings = db.prepare('UPDATE deploys SET warnings = @warnings WHERE id = @id')
  const setBegan = db.prepare('UPDATE deploys SET began_at = @now WHERE id = @id')
  const setDigest = db.prepare('UPDATE deploys SET digest = @digest WHERE id = @id')

  return {
    get: (id: number): Deploy | undefined => {
      const row = get.get(id)
      return row && deployOf(row)
    },
    /** All that have not ended: also those that wait for their turn. */
    running: (): Deploy[] => running.all().map(deployOf),
    awaiting: (buildId: number): Deploy[] => awaiting.all(buildId).map(deployOf),
    /** Newest first. */
    list: (filter: DeployFilter, limit: number): Deploy[] => list(filter, { limit }).map(deployOf),
    counts: (id: number): Partial<Record<InstallState, number>> =>
      Object.fromEntries(counts.all(id).map(({ state, count }) => [state, count])),
    insert: (deploy: NewDeploy): number =>
      Number(
        insert.run({
          config: null,
          ...deploy,
          queue: deploy.queue ? 1 : 0,
          ignoreFreeze: deploy.ignoreFreeze ? 1 : 0,
          rollout: JSON.stringify(deploy.rollout),
          selection: JSON.stringify(deploy.selection),
          warnings: JSON.stringify(deploy.warnings),
        }).lastInsertRowid,
      ),
    move: (id: number, move: DeployMove): void => void setState.run({ id, ...move }),
    clearThrough: (id: number, batch: number): void => void clear.run({ id, batch }),
    acceptFailures: (id: number, count: number): void => void acceptFailures.run({ id, count }),
    setWarnings: (id: number, warnings: readonly string[]): void =>
      void setWarnings.run({ id, warnings: JSON.stringify(warnings) }),
    setBegan: (id: number, now: number): void => void setBegan.run({ id, now }),
    setDigest: (id: number, digest: string): void => void setDigest.run({ id, digest }),
  }
}
