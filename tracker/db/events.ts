import type { Event } from '../../shared/domain/event.ts'
import { type NewEvent } from '../../shared/domain/event.ts'
import type { EventFilter } from '../../shared/api/events.ts'
import { filtered } from './filtered.ts'
import type { Db } from './open.ts'

export type DeployEvent = Extract<Event, { kind: 'deploy.state' }>

interface Row {
  seq: number
  at: number
  kind: string
  service: string | null
  deploy_id: number | null
  build_id: number | null
  host_id: string | null
  data: string
}

const eventOf = (row: Row): Event =>
  ({
    seq: row.seq,
    at: row.at,
    kind: row.kind,
    ...(row.service === null ? {} : { service: row.service }),
    ...(row.deploy_id === null ? {} : { deployId: row.deploy_id }),
    ...(row.build_id === null ? {} : { buildId: row.build_id }),
    ...(row.host_id === null ? {} : { hostId: row.host_id }),
    data: JSON.parse(row.data) as unknown,
  }) as Event

/** A deploy's part of the list includes the log of the build it waited for. */
const conditions = {
  deploy: `(deploy_id = @deploy OR build_id = (SELECT build_id FROM deploys WHERE id = @deploy))`,
  build: 'build_id = @build',
  host: 'host_id = @host',
}

export const eventsTable = (db: Db) => {
  const insert = db.prepare(
    `INSERT INTO events (at, kind, service, deploy_id, build_id, host_id, host_event_id, data)
     VALUES (@at, @kind, @service, @deployId, @buildId, @hostId, @hostEventId, @data)
     ON CONFLICT (host_id, host_event_id) WHERE host_event_id IS NOT NULL DO NOTHING`,
  )
  const latest = db.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM events')
  const ofDeploys = db.prepare<[number, number], Row>(
    `SELECT seq, at, kind, service, deploy_id, build_id, host_id, data FROM events
     WHERE kind = 'deploy.state' AND seq > ? ORDER BY seq LIMIT ?`,
  )
  // The last event stays, whatever it is: its seq must not be given away again.
  const forgetLog = db.prepare(
    "DELETE FROM events WHERE kind = 'build.log' AND build_id = ? AND seq < (SELECT max(seq) FROM events)",
  )
  const logsToForget = db.prepare<[number, number], { id: number }>(
    `SELECT DISTINCT e.build_id AS id FROM events e JOIN builds b ON b.id = e.build_id
     WHERE e.kind = 'build.log' AND e.seq < (SELECT max(seq) FROM events) AND b.kept IS NOT NULL AND b.ended_at < ?
     LIMIT ?`,
  )
  const list = filtered<Row, keyof typeof conditions>(
    db,
    conditions,
    (where) =>
      `SELECT seq, at, kind, service, deploy_id, build_id, host_id, data FROM events
       WHERE seq > @since AND ${where} ORDER BY seq LIMIT @limit`,
  )

  return {
    append: (event: NewEvent, at: number, hostEventId?: string): Event | undefined => {
      const { changes, lastInsertRowid } = insert.run({
        at,
        kind: event.kind,
        service: event.service ?? null,
        deployId: event.deployId ?? null,
        buildId: event.buildId ?? null,
        hostId: event.hostId ?? null,
        hostEventId: hostEventId ?? null,
        data: JSON.stringify(event.data),
      })
      return changes === 0 ? undefined : { seq: Number(lastInsertRowid), at, ...event }
    },
    forgetLog: (buildId: number): void => void forgetLog.run(buildId),
    /** Builds that ended before `endedBefore`, whose log is kept elsewhere and still here as well. */
    logsToForget: (endedBefore: number, limit: number): number[] =>
      logsToForget.all(endedBefore, limit).map(({ id }) => id),
    latest: (): number => latest.get()?.seq ?? 0,
    /** How deploys went, oldest first. */
    ofDeploys: (since: number, limit: number): DeployEvent[] =>
      ofDeploys.all(since, limit).map((row) => eventOf(row) as DeployEvent),
    list: (filter: EventFilter, since: number, limit: number): Event[] =>
      list(filter, { since, limit }).map(eventOf),
  }
}
