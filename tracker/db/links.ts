import type { Db } from './open.ts'

/** A service that is built again when its base has a new artifact. */
export interface Link {
  readonly service: string
  readonly base: string
  readonly createdBy: string
  readonly createdAt: number
  /** The base's artifact for which a build was asked for last; null when the base had none. */
  readonly builtFor: string | null
  /** The base's newest artifact; null when it has none. */
  readonly newest: string | null
  /** Why no build could be asked for. */
  readonly error: string | null
}

export const linksTable = (db: Db) => {
  const columns = `service, base, created_by AS createdBy, created_at AS createdAt, built_for AS builtFor, error,
    (SELECT digest FROM artifacts a WHERE a.service = base ORDER BY a.created_at DESC, a.rowid DESC LIMIT 1) AS newest FROM links`
  const list = db.prepare<[], Link>(`SELECT ${columns} ORDER BY service, base`)
  const get = db.prepare<[string, string], Link>(`SELECT ${columns} WHERE service = ? AND base = ?`)
  const insert = db.prepare(
    `INSERT INTO links (service, base, created_by, created_at) VALUES (@service, @base, @createdBy, @createdAt)`,
  )
  const remove = db.prepare('DELETE FROM links WHERE service = ? AND base = ?')
  const setBuiltFor = db.prepare(
    'UPDATE links SET built_for = @digest, error = @error WHERE service = @service AND base = @base',
  )

  return {
    list: (): Link[] => list.all(),
    get: (service: string, base: string): Link | undefined => get.get(service, base),
    insert: (link: Pick<Link, 'service' | 'base' | 'createdBy' | 'createdAt'>): void => void insert.run(link),
    remove: (service: string, base: string): void => void remove.run(service, base),
    /** Nothing is to be done any more about this artifact of the base. */
    setBuiltFor: (
      { service, base }: Pick<Link, 'service' | 'base'>,
      digest: string | null,
      error: string | null,
    ): void => void setBuiltFor.run({ service, base, digest, error }),
  }
}
