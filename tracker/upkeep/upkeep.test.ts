import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DirectoryStore } from '../../shared/adapters/directory-store.ts'
import { createLogger } from '../../shared/log.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { newBuild } from '../../test/fixtures/build-rows.ts'
import { v1, v2 } from '../../test/fixtures/deploy-rows.ts'
import { addFleet } from '../../test/fixtures/every-change.ts'
import { Store } from '../db/store.ts'
import { Removals } from './removals.ts'
import { Upkeep } from './upkeep.ts'
import { giveUp } from './verdicts.ts'

const hour = 3_600_000
const day = 24 * hour
let directory: TemporaryDirectory
let files: string
let artifacts: DirectoryStore
let store: Store
let removals: Removals
let upkeep: Upkeep
let now: number

beforeEach(async () => {
  now = Date.now()
  directory = await TemporaryDirectory.create()
  files = join(directory.path, 'artifacts')
  await mkdir(files)
  artifacts = new DirectoryStore(files)
  store = await Store.open(join(directory.path, 'tracker.db'), () => now)
  await store.write((writing) => {
    addFleet(writing)
    writing.keepRules.put({ service: null, last: 1, days: 1, tags: [], setBy: 'ann', setAt: 1 })
  })
  for (const digest of [v1, v2]) await put(`${digest}.tar.gz`, 0)
  start()
})
afterEach(async () => {
  upkeep[Symbol.dispose]()
  store[Symbol.dispose]()
  await directory[Symbol.asyncDispose]()
})

const start = (): void => {
  removals = new Removals(artifacts, store.read.artifacts, () => now)
  upkeep = new Upkeep({ store, artifacts, removals, log: createLogger('test', 'silent'), now: () => now })
}

const put = async (name: string, ageMs: number): Promise<void> => {
  const path = join(files, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, 'x')
  await utimes(path, (now - ageMs) / 1000, (now - ageMs) / 1000)
}

/** v2 stays, as it is the newest. */
const giveUpV1 = (): Promise<unknown> => {
  now += 2 * day
  return store.write((writing) => giveUp(writing))
}

/** All but the note of whose the store is. */
const there = async (): Promise<string[]> =>
  (await readdir(files, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== 'tracker.json')
    .map(({ name }) => name)
    .sort()

const found = () => store.read.upkeep.get()?.found

test('what was given up goes from the store, and what is kept stays', async () => {
  await giveUpV1()
  await upkeep.goThrough()
  expect(await there()).toEqual([`${v2}.tar.gz`])
  expect(found()).toMatchObject({ erased: { count: 1, bytes: 1 }, missing: { count: 0 } })
  await upkeep.goThrough()
  expect(found()).toMatchObject({ erased: { count: 0, bytes: 0 } })
})

test('a tracker that was killed before it removed the file does it the next time', async () => {
  await giveUpV1()
  upkeep[Symbol.dispose]()
  store[Symbol.dispose]()
  store = await Store.open(join(directory.path, 'tracker.db'), () => now)
  start()
  await upkeep.goThrough()
  expect(await there()).toEqual([`${v2}.tar.gz`])
})

describe('beside a build', () => {
  test('one that a build was just told is there stays until it is written down', async () => {
    await giveUpV1()
    expect(await removals.has(v1)).toBe(true)
    await upkeep.goThrough()
    expect(await there()).toContain(`${v1}.tar.gz`)
    await store.write((writing) => writing.artifacts.insert({ ...writing.artifacts.get(v1)!, now }))
    now += hour
    await upkeep.goThrough()
    expect(await there()).toContain(`${v1}.tar.gz`)
  })

  test('one that is just being removed is not there', async () => {
    await giveUpV1()
    const removed = removals.remove(v1)
    expect(await removals.has(v1)).toBe(false)
    expect(await removed).toBe(true)
  })
})

test('what nobody has written down goes after a day, unless a host runs it', async () => {
  const [old, young, run] = ['d', 'e', 'f'].map((letter) => letter.repeat(64))
  await put(`${old}.tar.gz`, day + hour)
  await put(`${young}.tar.gz`, day - hour)
  await put(`${run}.tar.gz`, day + hour)
  await put('somebody-elses.txt', 900 * day)
  await store.write((writing) => {
    const nothing = { version: null, config: null, health: 'healthy', desired: null } as const
    const ran = { ...nothing, service: 'web', running: run!, current: run!, desiredConfig: null }
    writing.ran.change('h000000000001', ran, now)
  })
  await upkeep.goThrough()
  expect(await there()).toEqual(
    [v1, v2, young, run]
      .map((digest) => `${digest}.tar.gz`)
      .concat('somebody-elses.txt')
      .sort(),
  )
  expect(found()).toMatchObject({ orphans: { count: 1, bytes: 1 } })
})

test('what is to be kept and is not there is told of', async () => {
  await rm(join(files, `${v2}.tar.gz`))
  now += 1
  await upkeep.goThrough()
  expect(found()).toMatchObject({ missing: { count: 1, some: ['web@v2'] } })
})

test('logs and records stay as long as what was built, and as long as the rule says', async () => {
  const end = (id: number, digest: string | null) =>
    store.write((writing) =>
      writing.builds.end(id, { state: digest ? 'built' : 'failed', error: null, digest, now }),
    )
  for (const digest of [v1, v2, null]) {
    const commit = (digest ?? '0').slice(0, 1).repeat(40)
    const id = await store.write((writing) => writing.builds.insert(newBuild({ commit, now })))
    await end(id, digest)
  }
  await giveUpV1()
  const names = ['logs/1-1.log.gz', 'logs/2-1.log.gz', 'records/2-1.json.gz', 'logs/3-1.log.gz']
  for (const name of names) await put(name, 2 * day)
  await put('logs/3-2.log.gz', hour)
  await put('logs/notes.txt', 900 * day)
  await upkeep.goThrough()
  expect(await readdir(join(files, 'logs'))).toEqual(
    expect.arrayContaining(['2-1.log.gz', '3-2.log.gz', 'notes.txt']),
  )
  expect(await readdir(join(files, 'logs'))).toHaveLength(3)
  expect(found()).toMatchObject({
    recordsRemoved: { count: 2, bytes: 2 },
    records: [{ service: 'web', count: 3, bytes: 3 }],
  })
})

test('uploads that never ended go after a day', async () => {
  await upkeep.goThrough()
  await put('incoming/old', day + hour)
  await put('incoming/young', day - hour)
  await upkeep.goThrough()
  expect(await readdir(join(files, 'incoming'))).toEqual(['young'])
  expect(found()).toMatchObject({ leftovers: 1 })
})

test('another tracker’s store is left as it is', async () => {
  await giveUpV1()
  await put('owner/tracker.json', 0)
  const before = await there()
  await upkeep.goThrough()
  expect(await there()).toEqual(before)
  expect(store.read.upkeep.get()?.error).toBe(
    'owner/tracker.json in the artifact store does not say whose it is.',
  )
})

test('a store that fails is told of until it does not, and asked again within the hour', async () => {
  await rm(files, { recursive: true })
  await writeFile(files, 'not a directory')
  await upkeep.goThrough()
  const failed = store.read.upkeep.get()
  expect(failed).toMatchObject({ failingSince: now, nextAt: now + hour })
  expect(failed?.error).toMatch(/^The artifact store at .* cannot be used/)
  now += hour
  await upkeep.goThrough()
  expect(store.read.upkeep.get()).toMatchObject({ failingSince: now - hour })
  await rm(files)
  await upkeep.goThrough()
  expect(store.read.upkeep.get()).toMatchObject({ failingSince: null, error: null, nextAt: now + day })
})

test('it comes by itself, a day after the first start, once hosts had time to report, and is in the audit trail', async () => {
  await eventually('the first start to be noted', () => store.read.upkeep.get() !== undefined)
  expect(store.read.upkeep.get()).toMatchObject({ nextAt: now + day })
  upkeep.look()
  expect(store.read.audit.list({}, 9)).toEqual([])
  now += 2 * day
  upkeep[Symbol.dispose]()
  start()
  upkeep.look()
  now += hour
  upkeep.look()
  await eventually('it', () => found() !== null)
  expect(found()?.at).toBe(now)
  expect(await there()).toEqual([`${v2}.tar.gz`])
  expect(store.read.audit.list({}, 9)).toMatchObject([
    { who: 'upkeep', action: 'artifact.prune', subject: '1 artifact, 1 B', service: 'web' },
  ])
})
