import type { HostSelection } from '../../shared/api/hosts.ts'
import type { ServiceView } from '../../shared/api/services.ts'
import type { DeployState } from '../../shared/domain/deploy-state.ts'
import type { Db } from './open.ts'

interface Row {
  name: string
  repo: string
  path: string
  rules: string
  createdAt: number
  deployId: number | null
  version: string
  state: DeployState
  deployedAt: number
}

export type Service = Omit<ServiceView, 'restrictions'>

const viewOf = (row: Row): Service => ({
  name: row.name,
  repo: row.repo,
  path: row.path,
  rules: JSON.parse(row.rules) as HostSelection[],
  createdAt: row.createdAt,
  ...(row.deployId === null
    ? {}
    : {
        lastDeploy: { id: row.deployId, version: row.version, state: row.state, createdAt: row.deployedAt },
      }),
})

export const servicesTable = (db: Db) => {
  const columns = `s.name, s.repo, s.path, s.rules, s.created_at AS createdAt, d.id AS deployId, d.version, d.state, d.created_at AS deployedAt
    FROM services s LEFT JOIN deploys d ON d.id = (SELECT max(id) FROM deploys WHERE service = s.name)`
  const list = db.prepare<[], Row>(`SELECT ${columns} ORDER BY s.name`)
  const get = db.prepare<[string], Row>(`SELECT ${columns} WHERE s.name = ?`)
  const upsert = db.prepare(
    `INSERT INTO services (name, repo, path, created_at) VALUES (@name, @repo, @path, @now)
     ON CONFLICT (name) DO UPDATE SET repo = @repo, path = @path`,
  )

  const setRules = db.prepare('UPDATE services SET rules = @rules WHERE name = @name')

  return {
    list: (): Service[] => list.all().map(viewOf),
    get: (name: string): Service | undefined => {
      const row = get.get(name)
      return row && viewOf(row)
    },
    upsert: (service: { name: string; repo: string; path: string; now: number }): void =>
      void upsert.run(service),
    setRules: (name: string, rules: readonly HostSelection[]): void =>
      void setRules.run({ name, rules: JSON.stringify(rules) }),
  }
}
