import type { Db } from './open.ts'

/** Hosts that an artifact is something to. */
export interface HostUse {
  readonly digest: string
  readonly hosts: number
  /** The first by name. */
  readonly hostName: string
}

export interface DeployUse {
  readonly digest: string
  readonly id: number
  readonly state: string
}

export interface SuccessUse {
  readonly digest: string
  readonly cluster: string
}

export interface NumberedUse {
  readonly digest: string
  readonly id: number
}

/** What artifacts are in use for. Digests that no artifact has any more are among them: hosts may run what was never built here. */
export const artifactUses = (db: Db) => {
  const hosts = (select: string) =>
    db.prepare<[], HostUse>(
      `SELECT u.digest, count(*) AS hosts, min(ifnull(h.name, u.host_id)) AS hostName
       FROM (${select}) u LEFT JOIN agents h ON h.id = u.host_id WHERE u.digest IS NOT NULL GROUP BY u.digest`,
    )
  const running = hosts('SELECT host_id, running AS digest FROM ran WHERE until_at IS NULL')
  const current = hosts(
    'SELECT host_id, current AS digest FROM ran WHERE until_at IS NULL AND current IS NOT running',
  )
  const wanted = hosts(
    'SELECT host_id, digest FROM assignments UNION SELECT host_id, desired FROM assignments',
  )
  const previous = hosts(
    `SELECT a.host_id, t.previous_digest AS digest FROM assignments a
     JOIN targets t ON t.deploy_id = a.deploy_id AND t.host_id = a.host_id`,
  )
  // CROSS JOIN: those that have not ended are few, so they come first.
  const unended = db.prepare<[], DeployUse>(
    `SELECT digest, id, state FROM deploys WHERE ended_at IS NULL AND digest IS NOT NULL
     UNION SELECT t.digest, d.id, d.state FROM deploys d CROSS JOIN targets t ON t.deploy_id = d.id
       WHERE d.ended_at IS NULL AND t.digest IS NOT NULL
     UNION SELECT t.previous_digest, d.id, d.state FROM deploys d CROSS JOIN targets t ON t.deploy_id = d.id
       WHERE d.ended_at IS NULL AND t.previous_digest IS NOT NULL`,
  )
  // `+` keeps SQLite from reading all that ever succeeded: the deploys of one service, newest first, are few to look at.
  const succeeded = db.prepare<[], SuccessUse>(
    `SELECT DISTINCT t.digest, last.cluster FROM (
       SELECT c.cluster, (
         SELECT d.id FROM deploys d WHERE d.service = s.name AND +d.state = 'succeeded'
           AND EXISTS (SELECT 1 FROM targets WHERE cluster = c.cluster AND deploy_id = d.id)
         ORDER BY d.id DESC LIMIT 1) AS id
       FROM services s CROSS JOIN (SELECT DISTINCT cluster FROM agents WHERE cluster IS NOT NULL) c) last
     JOIN targets t ON t.deploy_id = last.id AND t.cluster = last.cluster WHERE t.digest IS NOT NULL`,
  )
  const planned = db.prepare<[number], NumberedUse>(
    `SELECT json_extract(plan, '$.digest') AS digest, max(id) AS id FROM plans
     WHERE at > ? AND json_extract(plan, '$.digest') IS NOT NULL GROUP BY 1`,
  )
  const beingBuilt = db.prepare<[], NumberedUse>(
    `SELECT a.digest, b.id FROM builds b CROSS JOIN artifacts a
       ON a.service = b.service AND a.commit_id = b.commit_id AND a.build_config = b.build_config
     WHERE b.ended_at IS NULL`,
  )

  return {
    /** By the hosts' last reports. */
    running: (): HostUse[] => running.all(),
    /** Where something else runs, or nothing. */
    current: (): HostUse[] => current.all(),
    /** What hosts were ordered to have, and what they are to run. */
    wanted: (): HostUse[] => wanted.all(),
    /** What hosts ran before the deploy that reached them last. */
    previous: (): HostUse[] => previous.all(),
    /** What deploys that have not ended bring, or may go back to. */
    unended: (): DeployUse[] => unended.all(),
    /** What the last deploy that succeeded brought, for each service and cluster. */
    succeeded: (): SuccessUse[] => succeeded.all(),
    /** What plans since then bring. */
    planned: (since: number): NumberedUse[] => planned.all(since),
    /** What is being made again. */
    beingBuilt: (): NumberedUse[] => beingBuilt.all(),
  }
}
