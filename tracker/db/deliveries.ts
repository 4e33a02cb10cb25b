import type { BuildState, DeployState } from '../../shared/domain/deploy-state.ts'
import type { DeliveryState } from '../../shared/domain/hook.ts'
import type { Db } from './open.ts'

/** A call of a hook that was believed, and what came of it. */
export interface Delivery {
  readonly id: number
  readonly hookId: number
  readonly at: number
  /** For people: `push of main by ann`. */
  readonly what: string
  /** The full name of what was pushed; null where nothing was. */
  readonly ref: string | null
  /** What was pushed, as JSON; null where nothing was. */
  readonly push: string | null
  readonly state: DeliveryState
  readonly why: string | null
  readonly version: string | null
  readonly commit: string | null
  readonly buildId: number | null
  readonly buildState: BuildState | null
  readonly deployId: number | null
  readonly deployState: DeployState | null
}

/** What came of it in the end. */
export interface DeliveryEnd {
  readonly state: Exclude<DeliveryState, 'waiting'>
  readonly why?: string | undefined
  readonly version?: string
  readonly commit?: string
  readonly buildId?: number
  readonly deployId?: number | undefined
}

export interface NewDelivery extends Pick<
  Delivery,
  'hookId' | 'at' | 'what' | 'ref' | 'push' | 'state' | 'why'
> {
  /** By which its sender knows it. */
  readonly key: string
}

/** Of each hook; what waits is never removed. */
const kept = 50

export const deliveriesTable = (db: Db) => {
  const columns = `d.id, d.hook_id AS hookId, d.at, d.what, d.ref, d.push, d.state, d.why, d.version, d.commit_id AS "commit",
    d.build_id AS buildId, b.state AS buildState, d.deploy_id AS deployId, p.state AS deployState
    FROM deliveries d LEFT JOIN builds b ON b.id = d.build_id LEFT JOIN deploys p ON p.id = d.deploy_id`
  const get = db.prepare<[number], Delivery>(`SELECT ${columns} WHERE d.id = ?`)
  const byKey = db.prepare<[number, string], Delivery>(`SELECT ${columns} WHERE d.hook_id = ? AND d.key = ?`)
  const list = db.prepare<[number, number], Delivery>(
    `SELECT ${columns} WHERE d.hook_id = ? ORDER BY d.id DESC LIMIT ?`,
  )
  const waiting = db.prepare<[number], Delivery>(
    `SELECT ${columns} WHERE d.hook_id = ? AND d.state = 'waiting' ORDER BY d.id LIMIT 1`,
  )
  const newerWaiting = db.prepare<[number, string | null, number], Delivery>(
    `SELECT ${columns} WHERE d.hook_id = ? AND d.ref = ? AND d.id > ? AND d.state = 'waiting' ORDER BY d.id DESC LIMIT 1`,
  )
  const started = db.prepare<[number], Delivery>(
    `SELECT ${columns} WHERE d.hook_id = ? AND d.state = 'started' ORDER BY d.id DESC`,
  )
  const insert = db.prepare(
    `INSERT INTO deliveries (hook_id, key, at, what, ref, push, state, why)
     VALUES (@hookId, @key, @at, @what, @ref, @push, @state, @why)`,
  )
  const prune = db.prepare(
    `DELETE FROM deliveries WHERE hook_id = @hookId AND state <> 'waiting' AND id <=
       (SELECT id FROM deliveries WHERE hook_id = @hookId ORDER BY id DESC LIMIT 1 OFFSET ${kept})`,
  )
  const again = db.prepare("UPDATE deliveries SET state = 'waiting', why = NULL, at = ? WHERE id = ?")
  const end = db.prepare(
    `UPDATE deliveries SET state = @state, why = @why, version = @version, commit_id = @commit, build_id = @buildId,
       deploy_id = @deployId WHERE id = @id`,
  )

  return {
    get: (id: number): Delivery | undefined => get.get(id),
    byKey: (hookId: number, key: string): Delivery | undefined => byKey.get(hookId, key),
    /** Newest first. */
    list: (hookId: number, limit = kept): Delivery[] => list.all(hookId, limit),
    /** The next one whose turn it is. */
    waiting: (hookId: number): Delivery | undefined => waiting.get(hookId),
    /** The last of those that wait behind it for the same ref. */
    newerWaiting: ({ hookId, ref, id }: Delivery): Delivery | undefined => newerWaiting.get(hookId, ref, id),
    /** Those that were built, newest first. */
    started: (hookId: number): Delivery[] => started.all(hookId),
    insert: (delivery: NewDelivery): number => {
      const { lastInsertRowid } = insert.run(delivery)
      prune.run({ hookId: delivery.hookId })
      return Number(lastInsertRowid)
    },
    /** Takes up one that failed as if it had come now. */
    again: (id: number, now: number): void => void again.run(now, id),
    end: (id: number, result: DeliveryEnd): void =>
      void end.run({ id, why: null, version: null, commit: null, buildId: null, deployId: null, ...result }),
  }
}
