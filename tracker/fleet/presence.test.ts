import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLogger } from '../../shared/log.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { FullDisk } from '../../test/fixtures/full-disk.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { Store } from '../db/store.ts'
import { Presence } from './presence.ts'

const host = 'h000000000001'
const silentAfterMs = 10
let directory: TemporaryDirectory
let store: Store

beforeEach(async () => {
  directory = await TemporaryDirectory.create()
  store = await Store.open(join(directory.path, 'tracker.db'))
  await store.write(({ agents, now }) =>
    agents.upsert({
      ...{ id: host, kind: 'host', name: 'web-1', cluster: 'prod', labels: {}, nkey: 'U', now },
    }),
  )
})
afterEach(async () => {
  store[Symbol.dispose]()
  await directory[Symbol.asyncDispose]()
})

test('a host that has fallen silent is told once, as soon as that can be written', async () => {
  let now = 1_000_000
  const disk = new FullDisk(store)
  using presence = new Presence(store, silentAfterMs, createLogger('test', 'silent'), () => now)
  presence.heard(host, now)
  now += silentAfterMs + 1
  const told = (): unknown[] => store.read.events.list({}, 0, 100).map(({ kind, data }) => [kind, data])
  await eventually('the first try', () => disk.writes > 0)
  disk[Symbol.dispose]()
  await eventually('the next try', () => told().length > 0)
  expect(told()).toEqual([['host.state', { hostName: 'web-1', state: 'silent' }]])
})
