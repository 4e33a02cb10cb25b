import type { Labels } from '../../shared/domain/names.ts'
import type { Db } from './open.ts'

export interface Agent {
  readonly id: string
  readonly kind: 'host' | 'packer'
  readonly name: string
  readonly cluster: string | null
  readonly labels: Labels
  readonly nkey: string
}

/** A host as the fleet sees it: the agent and what its last report said of the machine. */
export interface HostRow {
  readonly id: string
  readonly name: string
  readonly cluster: string
  readonly labels: Labels
  readonly lastReportAt: number | null
  readonly grabber: string | null
}

type Raw<Row> = Omit<Row, 'labels'> & { labels: string }
const withLabels = <Row extends { labels: Labels }>(row: Raw<Row>): Row =>
  ({ ...row, labels: JSON.parse(row.labels) as Labels }) as unknown as Row

export const agentsTable = (db: Db) => {
  const upsert = db.prepare<[Record<string, unknown>], { id: string }>(
    `INSERT INTO agents (id, kind, name, cluster, labels, nkey, joined_at, enrolled_at)
     VALUES (@id, @kind, @name, @cluster, @labels, @nkey, @now, @now)
     ON CONFLICT (kind, name) DO UPDATE SET cluster = @cluster, labels = @labels, nkey = @nkey, enrolled_at = @now
     RETURNING id`,
  )
  const list = db.prepare<[], Raw<Agent>>(
    'SELECT id, kind, name, cluster, labels, nkey FROM agents ORDER BY id',
  )
  const get = db.prepare<[string], Raw<Agent>>(
    'SELECT id, kind, name, cluster, labels, nkey FROM agents WHERE id = ?',
  )
  const joined = db.prepare<[], { id: string; at: number }>('SELECT id, joined_at AS at FROM agents')
  const hosts = db.prepare<[], Raw<HostRow>>(
    `SELECT a.id, a.name, a.cluster, a.labels, r.at AS lastReportAt, r.grabber
     FROM agents a LEFT JOIN reports r ON r.host_id = a.id WHERE a.kind = 'host' ORDER BY a.cluster, a.name`,
  )

  return {
    /** An agent that joins again under its name keeps its id and its history; its old key is worth nothing from then on. */
    upsert: (agent: Agent & { now: number }): string => {
      const row = upsert.get({ ...agent, labels: JSON.stringify(agent.labels) })
      if (!row) throw new Error(`agent ${agent.name} was not stored`)
      return row.id
    },
    list: (): Agent[] => list.all().map(withLabels<Agent>),
    get: (id: string): Agent | undefined => {
      const row = get.get(id)
      return row && withLabels<Agent>(row)
    },
    /** When each agent enrolled for the first time. */
    joined: (): Map<string, number> => new Map(joined.all().map(({ id, at }) => [id, at])),
    hosts: (): HostRow[] => hosts.all().map(withLabels<HostRow>),
  }
}
