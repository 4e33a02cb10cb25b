import type { Db } from './open.ts'

/**
 * A query with filters that may be left out. Each combination of them is a statement of its own, prepared once, so that
 * SQLite sees only the conditions that count and chooses its index by them.
 */
export const filtered = <Row, Filter extends string>(
  db: Db,
  conditions: Record<Filter, string>,
  sql: (where: string) => string,
) => {
  const names = Object.keys(conditions) as Filter[]
  const prepare = (given: readonly Filter[]) => {
    const where = given.map((name) => conditions[name]).join(' AND ')
    return db.prepare<[Record<string, unknown>], Row>(sql(where === '' ? 'true' : where))
  }
  const prepared = new Map<string, ReturnType<typeof prepare>>()

  return (filter: Partial<Record<Filter, unknown>>, parameters: Record<string, unknown>): Row[] => {
    const given = names.filter((name) => filter[name] !== undefined)
    const key = given.join()
    const statement = prepared.get(key) ?? prepare(given)
    prepared.set(key, statement)
    const values = Object.fromEntries(given.map((name) => [name, filter[name]]))
    return statement.all({ ...values, ...parameters })
  }
}
