import type { Freeze, FreezeWindow } from '../../shared/api/freezes.ts'
import type { Db } from './open.ts'

export type StoredFreeze = Omit<Freeze, 'holdsUntil'>

interface Row {
  name: string
  time: string
  service: string | null
  cluster: string | null
  reason: string
  createdBy: string
  createdAt: number
}

const freezeOf = ({ time, service, cluster, ...row }: Row): StoredFreeze => ({
  ...row,
  window: JSON.parse(time) as FreezeWindow,
  ...(service === null ? {} : { service }),
  ...(cluster === null ? {} : { cluster }),
})

export const freezesTable = (db: Db) => {
  const columns =
    'name, time, service, cluster, reason, created_by AS createdBy, created_at AS createdAt FROM freezes'
  const list = db.prepare<[], Row>(`SELECT ${columns} ORDER BY name`)
  const get = db.prepare<[string], Row>(`SELECT ${columns} WHERE name = ?`)
  const insert = db.prepare(
    `INSERT INTO freezes (name, time, service, cluster, reason, created_by, created_at)
     VALUES (@name, @time, @service, @cluster, @reason, @createdBy, @createdAt)`,
  )
  const remove = db.prepare('DELETE FROM freezes WHERE name = ?')
  const removeEnded = db.prepare(`DELETE FROM freezes WHERE json_extract(time, '$.until') <= ?`)

  return {
    list: (): StoredFreeze[] => list.all().map(freezeOf),
    get: (name: string): StoredFreeze | undefined => {
      const row = get.get(name)
      return row && freezeOf(row)
    },
    insert: ({ window, ...freeze }: StoredFreeze): void =>
      void insert.run({ service: null, cluster: null, ...freeze, time: JSON.stringify(window) }),
    remove: (name: string): void => void remove.run(name),
    /** Dated ones that are over. */
    removeEnded: (now: number): void => void removeEnded.run(now),
  }
}
