import type { Health } from '../../shared/messages/version-report.ts'
import type { Db } from './open.ts'

/** What a host ran of a service, and what it should have, as far as its reports tell. */
export interface Ran {
  readonly service: string
  readonly running: string | null
  readonly current: string | null
  readonly version: string | null
  readonly config: number | null
  readonly health: Health
  readonly desired: string | null
  readonly desiredConfig: number | null
}

export const ranTable = (db: Db) => {
  const columns =
    'r.service, r.running, r.current, r.version, r.config, r.health, r.desired, r.desired_config AS desiredConfig'
  const last = db.prepare<[string], Ran>(
    `SELECT ${columns} FROM ran r WHERE r.host_id = ? AND r.until_at IS NULL`,
  )
  // From each service that there ever was on the host to its row of that moment: two steps in an index, however long the history.
  const at = db.prepare<[{ hostId: string; moment: number }], Ran>(
    `SELECT ${columns} FROM ran l JOIN ran r ON r.host_id = l.host_id AND r.service = l.service AND r.from_at =
       (SELECT max(from_at) FROM ran WHERE host_id = l.host_id AND service = l.service AND from_at <= @moment)
     WHERE l.host_id = @hostId AND l.until_at IS NULL`,
  )
  const end = db.prepare(
    'UPDATE ran SET until_at = @now WHERE host_id = @hostId AND service = @service AND until_at IS NULL',
  )
  const begin = db.prepare(
    `INSERT INTO ran (host_id, service, from_at, running, current, version, config, health, desired, desired_config)
     VALUES (@hostId, @service, @now, @running, @current, @version, @config, @health, @desired, @desiredConfig)
     ON CONFLICT (host_id, service, from_at) DO UPDATE SET until_at = NULL,
       running = @running, current = @current, version = @version, config = @config, health = @health,
       desired = @desired, desired_config = @desiredConfig`,
  )

  return {
    /** What the host ran by its last report. */
    last: (hostId: string): Ran[] => last.all(hostId),
    /** What the host ran at a moment, by its last report before. */
    at: (hostId: string, moment: number): Ran[] => at.all({ hostId, moment }),
    change: (hostId: string, ran: Ran, now: number): void => {
      end.run({ hostId, service: ran.service, now })
      begin.run({ ...ran, hostId, now })
    },
  }
}
