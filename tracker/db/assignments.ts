import type { Phase } from '../../shared/messages/order.ts'
import type { Edition } from './edition.ts'
import type { Db } from './open.ts'

export interface Assignment {
  readonly hostId: string
  readonly service: string
  readonly seq: number
  readonly phase: Phase
  readonly digest: string
  readonly config: number | null
  readonly deployId: number
  readonly desired: string | null
  readonly desiredConfig: number | null
  /** Of the order that made it the desired one. */
  readonly desiredSeq: number
}

export type NewAssignment = Omit<Assignment, 'seq' | 'desired' | 'desiredConfig' | 'desiredSeq'> & {
  /** The highest seq that the host says it has accepted: after a backup was restored it may be ahead of what is stored. */
  readonly accepted: number
}

export const assignmentsTable = (db: Db) => {
  const columns = `host_id AS hostId, service, seq, phase, digest, config, deploy_id AS deployId, desired,
    desired_config AS desiredConfig, desired_seq AS desiredSeq FROM assignments`
  const get = db.prepare<[string, string], Assignment>(`SELECT ${columns} WHERE host_id = ? AND service = ?`)
  const ofHost = db.prepare<[string], Assignment>(`SELECT ${columns} WHERE host_id = ? ORDER BY service`)
  const list = db.prepare<[], Assignment>(`SELECT ${columns}`)
  const assign = db.prepare<[NewAssignment], { seq: number }>(
    `INSERT INTO assignments (host_id, service, seq, phase, digest, config, deploy_id, desired, desired_config, desired_seq)
     VALUES (@hostId, @service, @accepted + 1, @phase, @digest, @config, @deployId, iif(@phase = 'activate', @digest, NULL),
       iif(@phase = 'activate', @config, NULL), @accepted + 1)
     ON CONFLICT (host_id, service) DO UPDATE SET
       seq = max(seq, @accepted) + 1, phase = @phase, digest = @digest, config = @config,
       deploy_id = @deployId, desired = iif(@phase = 'activate', @digest, desired),
       desired_config = iif(@phase = 'activate', @config, desired_config),
       desired_seq = iif(@phase = 'activate', max(seq, @accepted) + 1, desired_seq)
     RETURNING seq`,
  )
  const setDesired = db.prepare(
    `UPDATE assignments SET desired = @digest, desired_config = @config, desired_seq = @seq
     WHERE host_id = @hostId AND service = @service`,
  )

  return {
    get: (hostId: string, service: string): Assignment | undefined => get.get(hostId, service),
    ofHost: (hostId: string): Assignment[] => ofHost.all(hostId),
    list: (): Assignment[] => list.all(),
    /** Gives a host its next order for a service and returns that order's seq. */
    assign: (assignment: NewAssignment): number => {
      const row = assign.get(assignment)
      if (!row) throw new Error('assignment was not stored')
      return row.seq
    },
    /** What a host should run by what became of an order. */
    setDesired: (hostId: string, service: string, seq: number, desired: Edition | null): void =>
      void setDesired.run({ hostId, service, seq, digest: null, config: null, ...desired }),
  }
}
