import Database from 'better-sqlite3'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { Store } from './store.ts'

let directory: TemporaryDirectory
let path: string
let store: Store
beforeEach(async () => {
  directory = await TemporaryDirectory.create()
  path = join(directory.path, 'tracker.db')
  store = await Store.open(path)
})
afterEach(async () => {
  store[Symbol.dispose]()
  await directory[Symbol.asyncDispose]()
})

const entry = {
  at: 1,
  who: 'ci',
  action: 'service.register',
  subject: 'service web',
  address: '127.0.0.1',
  requestId: 'r1',
}
const registerWeb = () =>
  store.write((writing) => {
    writing.services.upsert({ name: 'web', repo: '/r', path: '.', now: 1 })
    writing.audit.append(entry)
  })
const insert = `INSERT %s INTO audit (id, at, who, action, subject, address, request_id)
  VALUES (1, 2, 'me', 'x.y', 'z', '', '')`

test.each([
  "UPDATE audit SET who = 'somebody else'",
  'DELETE FROM audit',
  insert.replace('%s', 'OR REPLACE'),
])('a row cannot be taken back, by nobody: %s', async (sql) => {
  await registerWeb()
  const db = new Database(path)
  expect(() => db.exec(sql)).toThrow('append-only')
  db.close()
  expect(store.read.audit.list({}, 10)).toEqual([{ id: 1, ...entry }])
})

test('a change whose row cannot be written does not happen', async () => {
  const db = new Database(path)
  db.exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END")
  await expect(registerWeb()).rejects.toThrow('no room')
  expect(store.read.services.get('web')).toBeUndefined()
  db.exec('DROP TRIGGER full')
  db.close()
  await registerWeb()
  expect(store.read.services.get('web')).toBeDefined()
})

test('a change that fails leaves no row', async () => {
  const failing = store.write((writing) => {
    writing.audit.append(entry)
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(store.read.audit.list({}, 10)).toEqual([])
})
