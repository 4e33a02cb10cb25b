import type { Db } from './open.ts'

/** Another deploy of the same service, on some of the same hosts. */
export interface Holder {
  readonly deployId: number
  /** How many of them, and the first by name. */
  readonly hosts: number
  readonly hostName: string
}

interface Hold {
  readonly service: string
  readonly hostId: string
  readonly deployId: number
}

/** Which deploy has a service on a host to itself. */
export const holdsTable = (db: Db) => {
  const of = db.prepare<[string, string], { deployId: number }>(
    'SELECT deploy_id AS deployId FROM holds WHERE host_id = ? AND service = ?',
  )
  const take = db.prepare(
    'INSERT INTO holds (service, host_id, deploy_id) VALUES (@service, @hostId, @deployId)',
  )
  const release = db.prepare('DELETE FROM holds WHERE deploy_id = ?')
  const before = db.prepare<[{ deployId: number; now: number }], Holder>(
    `SELECT other AS deployId, count(*) AS hosts, min(host_name) AS hostName FROM (
       SELECT h.deploy_id AS other, t.host_name
       FROM targets t JOIN deploys d ON d.id = t.deploy_id
       JOIN holds h ON h.service = d.service AND h.host_id = t.host_id
       WHERE t.deploy_id = @deployId AND h.deploy_id <> @deployId
       UNION ALL
       SELECT q.id AS other, t.host_name
       FROM deploys d JOIN deploys q ON q.service = d.service AND q.state = 'queued' AND q.id < d.id
       JOIN targets t ON t.deploy_id = q.id
       JOIN targets mine ON mine.deploy_id = d.id AND mine.host_id = t.host_id
       WHERE d.id = @deployId AND coalesce(q.not_before, 0) <= @now)
     GROUP BY other ORDER BY other LIMIT 1`,
  )

  return {
    /** The deploy that has this service on this host to itself. */
    of: (hostId: string, service: string): number | undefined => of.get(hostId, service)?.deployId,
    /** Fails when another deploy has it. */
    take: (hold: Hold): void => void take.run(hold),
    release: (deployId: number): void => void release.run(deployId),
    /** Who is before a deploy on its hosts: has them, or has waited for them longer. */
    before: (deployId: number, now: number): Holder | undefined => before.get({ deployId, now }),
  }
}
