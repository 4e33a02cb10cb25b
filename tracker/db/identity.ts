import type { Db } from './open.ts'

/** Who this tracker is. */
export const identityTable = (db: Db) => {
  const get = db.prepare<[], string>('SELECT tracker FROM identity').pluck()
  return {
    get: (): string => {
      const tracker = get.get()
      if (tracker === undefined) throw new Error('the database has no identity')
      return tracker
    },
  }
}
