import Database from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { errnoOf, messageOf, PersonError } from '../../shared/errors.ts'
import { migrations } from './migrations/index.ts'

export type Db = Database.Database

/**
 * Opens the tracker's database and brings its schema up to date: a backup first, then all missing migrations in one
 * transaction. Refuses a database that a newer tracker has written.
 */
export const openDatabase = async (path: string): Promise<Db> => {
  const db = open(path)
  try {
    db.pragma('journal_mode = WAL')
    // What was acknowledged must survive a power cut; group commit keeps that cheap.
    db.pragma('synchronous = FULL')
    db.pragma('busy_timeout = 5000')
    db.pragma('foreign_keys = ON')
    await migrate(db, path)
    return db
  } catch (error) {
    db.close()
    throw translate(error)
  }
}

const open = (path: string): Db => {
  try {
    return new Database(path)
  } catch (error) {
    throw new PersonError('invalid', `The database ${path} cannot be opened: ${messageOf(error)}.`, {
      hint: 'Check that the data directory exists and is writable by this user.',
      cause: error,
    })
  }
}

const migrate = async (db: Db, path: string): Promise<void> => {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > migrations.length) {
    throw new PersonError(
      'invalid',
      `The database ${path} was written by a newer tracker (schema ${version}).`,
      {
        hint: 'Install that version again, or go back to the backup that lies beside the database.',
      },
    )
  }
  if (version === migrations.length) return
  if (version > 0 && existsSync(path)) await db.backup(`${path}.before-schema-${migrations.length}`)
  db.transaction(() => {
    for (const statements of migrations.slice(version)) db.exec(statements)
    db.pragma(`user_version = ${migrations.length}`)
  })()
}

/** SQLite's own words for what a person has to mend. */
export const translate = (error: unknown): unknown => {
  const code = errnoOf(error) ?? ''
  if (code === 'SQLITE_FULL') {
    return new PersonError('no-space', 'The tracker’s disk is full, so nothing was changed.', {
      hint: 'Free some space in the data directory and try again.',
      cause: error,
    })
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new PersonError('unavailable', 'The tracker’s database is locked by another program.', {
      hint: 'Close whatever else has it open and try again.',
      cause: error,
    })
  }
  return error
}
