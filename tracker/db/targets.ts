import { failedAtAfter } from '../../shared/domain/failures/failed-at.ts'
import type { InstallState } from '../../shared/domain/install-state.ts'
import type { Phase } from '../../shared/messages/order.ts'
import type { Edition } from './edition.ts'
import type { Db } from './open.ts'

/** What a target is ordered to do: `restore` is an order to activate what it had before. */
export type TargetPhase = Phase | 'restore'

/** One host of one deploy, frozen when the deploy was made. */
export interface Target {
  readonly deployId: number
  readonly hostId: string
  readonly hostName: string
  readonly cluster: string
  readonly batch: number
  readonly digest: string | null
  readonly config: number | null
  readonly version: string
  readonly previousDigest: string | null
  readonly previousConfig: number | null
  readonly previousVersion: string | null
  readonly state: InstallState
  readonly seq: number | null
  readonly phase: TargetPhase | null
  readonly orderedAt: number | null
  readonly confirmed: boolean
  readonly error: string | null
  /** The state that it failed in; null unless it did. */
  readonly failedAt: InstallState | null
  /** What is worth telling of its service's last output. */
  readonly said: readonly string[]
  readonly updatedAt: number
}

export interface TakenBack {
  readonly hostId: string
  readonly service: string
  readonly version: string
  readonly error: string | null
}

type Row = Omit<Target, 'confirmed' | 'said'> & { confirmed: number; said: string | null }

const targetOf = (row: Row): Target => ({
  ...row,
  confirmed: row.confirmed === 1,
  said: row.said === null ? [] : (JSON.parse(row.said) as string[]),
})

type Progress = 'state' | 'seq' | 'phase' | 'orderedAt' | 'confirmed' | 'error' | 'failedAt' | 'said'
type Configs = Pick<Target, 'config' | 'previousConfig'>

/** Without a config where its service has no settings. */
export type NewTarget = Omit<Target, Progress | keyof Configs> & Partial<Configs>

/** What the host is to have; null as long as it is not built. */
export const wantedOf = ({ digest, config }: Target): Edition | null =>
  digest === null ? null : { digest, config }

/** What the host ran when the deploy was made; null where nothing is known of it. */
export const previousOf = ({ previousDigest, previousConfig }: Target): Edition | null =>
  previousDigest === null ? null : { digest: previousDigest, config: previousConfig }

export const targetsTable = (db: Db) => {
  const columns = `deploy_id AS deployId, host_id AS hostId, host_name AS hostName, cluster, batch, digest, config,
    version, previous_digest AS previousDigest, previous_config AS previousConfig, previous_version AS previousVersion, state, seq, phase, ordered_at AS orderedAt,
    confirmed, error, failed_at AS failedAt, said, updated_at AS updatedAt FROM targets`
  const one = 'WHERE deploy_id = @deployId AND host_id = @hostId'
  const get = db.prepare<[{ deployId: number; hostId: string }], Row>(`SELECT ${columns} ${one}`)
  const list = db.prepare<[number], Row>(`SELECT ${columns} WHERE deploy_id = ? ORDER BY batch, host_name`)
  const clusters = db.prepare<[number], { cluster: string }>(
    'SELECT DISTINCT cluster FROM targets WHERE deploy_id = ? ORDER BY cluster',
  )
  const insert = db.prepare(
    `INSERT INTO targets (deploy_id, host_id, host_name, cluster, batch, digest, config, version, previous_digest,
       previous_config, previous_version, state, updated_at)
     VALUES (@deployId, @hostId, @hostName, @cluster, @batch, @digest, @config, @version, @previousDigest,
       @previousConfig, @previousVersion, 'assigned', @updatedAt)`,
  )
  const takenBack = db.prepare<[], TakenBack>(
    `SELECT t.host_id AS hostId, a.service, t.version, t.error
     FROM assignments a JOIN targets t ON t.deploy_id = a.deploy_id AND t.host_id = a.host_id
     WHERE t.confirmed = 1 AND t.phase <> 'restore' AND t.state IN ('rolling-back', 'rolled-back', 'failed')`,
  )
  const setState = db.prepare(
    `UPDATE targets SET state = @state, error = @error, failed_at = @failedAt, updated_at = @now ${one}`,
  )
  const setSaid = db.prepare(`UPDATE targets SET said = @said ${one}`)
  const setOrder = db.prepare(
    `UPDATE targets SET seq = @seq, phase = @phase, state = iif(@phase = 'restore', 'rolling-back', state),
       confirmed = 0, ordered_at = @now, updated_at = @now ${one}`,
  )
  const remove = db.prepare('DELETE FROM targets WHERE deploy_id = ?')
  const setDigest = db.prepare('UPDATE targets SET digest = ? WHERE deploy_id = ?')
  const confirm = db.prepare(`UPDATE targets SET confirmed = 1, updated_at = @now ${one}`)

  return {
    get: (deployId: number, hostId: string): Target | undefined => {
      const row = get.get({ deployId, hostId })
      return row && targetOf(row)
    },
    list: (deployId: number): Target[] => list.all(deployId).map(targetOf),
    clusters: (deployId: number): string[] => clusters.all(deployId).map(({ cluster }) => cluster),
    /** Where the last deploy was confirmed, and its release has died since. */
    takenBack: (): TakenBack[] => takenBack.all(),
    insert: (target: NewTarget): void => void insert.run({ config: null, previousConfig: null, ...target }),
    /** Of a deploy that has not begun: its hosts are planned anew. */
    removeAll: (deployId: number): void => void remove.run(deployId),
    setState: (target: Target, state: InstallState, error: string | null, now: number): void =>
      void setState.run({
        deployId: target.deployId,
        hostId: target.hostId,
        state,
        error,
        failedAt: failedAtAfter(target, state),
        now,
      }),
    setSaid: ({ deployId, hostId }: Target, said: readonly string[]): void =>
      void setSaid.run({ deployId, hostId, said: JSON.stringify(said) }),
    setOrder: (target: Target, seq: number, phase: TargetPhase, now: number): void =>
      void setOrder.run({ deployId: target.deployId, hostId: target.hostId, seq, phase, now }),
    setDigest: (deployId: number, digest: string): void => void setDigest.run(digest, deployId),
    confirm: (target: Target, now: number): void =>
      void confirm.run({ deployId: target.deployId, hostId: target.hostId, now }),
  }
}
