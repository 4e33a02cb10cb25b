import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DirectoryStore } from '../../shared/adapters/directory-store.ts'
import { logKey, recordKey, type Dependency, type Made } from '../../shared/domain/build-record.ts'
import { createLogger } from '../../shared/log.ts'
import { newBuild as newBuildRow } from '../../test/fixtures/build-rows.ts'
import { exampleMade } from '../../test/fixtures/build-record.ts'
import type { BuildRow } from '../db/builds.ts'
import { Store } from '../db/store.ts'
import { ForgetLogs } from './forget-logs.ts'
import { readChanges, readLog, readRecord } from './kept.ts'

const never = new AbortController().signal
const whole = { around: 0, after: 0, limit: 1000 }
const day = 24 * 3_600_000
let directory: string
let store: Store
let artifacts: DirectoryStore
let now = 1_790_000_000_000

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kept-'))
  store = await Store.open(join(directory, 'tracker.db'), () => now)
  artifacts = new DirectoryStore(join(directory, 'store'))
})
afterEach(async () => {
  store[Symbol.dispose]()
  await rm(directory, { recursive: true })
})
const sources = () => ({ store, artifacts })

const newBuild = (): Promise<number> =>
  store.write(({ builds }) => builds.insert(newBuildRow({ service: 'web', version: 'v2', now })))
const row = (id: number): BuildRow => store.read.builds.get(id)!
const tell = (buildId: number, ...texts: readonly string[]) =>
  store.write((writing) =>
    writing.emit({
      kind: 'build.log',
      buildId,
      data: { lines: texts.map((text) => ({ at: 1, stream: 'stdout' as const, text })) },
    }),
  )
const end = (id: number, kept: string | null) =>
  store.write((writing) => {
    writing.builds.end(id, { state: 'built', error: null, digest: null, now })
    if (kept !== null) writing.builds.keep(id, kept)
    writing.emit({ kind: 'build.state', buildId: id, data: { state: 'built' } })
  })
const put = async (key: ReturnType<typeof logKey | typeof recordKey>, text: string | Buffer) => {
  await writeFile(join(directory, 'file'), typeof text === 'string' ? gzipSync(text) : text)
  await artifacts.putRecord(key, join(directory, 'file'), never)
}
const putRecord = (id: number, made?: Made) =>
  put(recordKey(`${id}-1`), JSON.stringify({ v: 1, buildId: id, steps: [], ...(made ? { made } : {}) }))
const textsOf = async (id: number, wanted: object = {}) =>
  (await readLog(sources(), row(id), { ...whole, ...wanted })).lines.map(({ text }) => text)

test('the log of a running build is what was told so far', async () => {
  const id = await newBuild()
  for (let i = 0; i < 450; i++) await tell(id, `line ${i}`, 'same')
  expect(await textsOf(id, { search: 'LINE 4', limit: 3 })).toEqual(['line 4', 'line 40', 'line 41'])
  expect(await textsOf(id, { search: 'same' })).toHaveLength(450)
})

test('what the upkeep has removed is said to be no longer kept', async () => {
  const id = await newBuild()
  await end(id, `${id}-1`)
  const gone = { code: 'not-found', message: `The log and the record of build ${id} are no longer kept.` }
  await expect(textsOf(id)).rejects.toMatchObject(gone)
  await expect(readRecord(sources(), row(id))).rejects.toMatchObject(gone)
})

test('the log of a build that has ended is the one in the artifact store, and is forgotten here after a week', async () => {
  const id = await newBuild()
  await tell(id, 'told')
  await put(
    logKey(`${id}-1`),
    '2026-09-21T14:13:20.000Z stderr kept: ü\nnot a line\n2026-09-21T14:13:20.001Z packer \n',
  )
  await end(id, `${id}-1`)
  expect((await readLog(sources(), row(id), whole)).lines).toEqual([
    { n: 1, at: 1_790_000_000_000, stream: 'stderr', text: 'kept: ü' },
    { n: 2, at: 1_790_000_000_001, stream: 'packer', text: '' },
  ])
  const unkept = await newBuild()
  await tell(unkept, 'only here')
  await end(unkept, null)
  using forget = new ForgetLogs(store, createLogger('test', 'silent'), () => now)
  const kinds = () => store.read.events.list({}, 0, 100).map(({ kind, buildId }) => `${kind} ${buildId}`)
  await forget.look()
  expect(kinds()).toContain(`build.log ${id}`)
  now += 8 * day
  await forget.look()
  expect(kinds()).toEqual([`build.state ${id}`, `build.log ${unkept}`, `build.state ${unkept}`])
  expect(await textsOf(unkept)).toEqual(['only here'])
})

test('the newest event is never forgotten, as its place in the list would be given away again', async () => {
  const id = await newBuild()
  await end(id, `${id}-1`)
  await tell(id, 'late')
  await tell(id, 'later')
  now += 8 * day
  using forget = new ForgetLogs(store, createLogger('test', 'silent'), () => now)
  await forget.look()
  expect(store.read.events.list({}, 0, 10).map(({ seq }) => seq)).toEqual([1, 3])
})

test('a damaged log or record says so', async () => {
  const id = await newBuild()
  await end(id, `${id}-1`)
  await put(logKey(`${id}-1`), gzipSync('x'.repeat(100_000)).subarray(0, 50))
  await put(recordKey(`${id}-1`), '{"v": 1}')
  await expect(readLog(sources(), row(id), whole)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'The log of this build cannot be read from the artifact store.',
  })
  await expect(readRecord(sources(), row(id))).rejects.toMatchObject({ code: 'unavailable' })
})

test('of a build that runs nothing is remembered yet', async () => {
  const id = await newBuild()
  await expect(readRecord(sources(), row(id))).rejects.toMatchObject({
    code: 'not-found',
    message: `Build ${id} has not ended, so nothing is remembered of it yet.`,
  })
})

test('changes are those since the last build that made something', async () => {
  const ms = (version: string): Dependency => ({ kind: 'npm', name: 'ms', version })
  const ids = []
  for (const made of [exampleMade([ms('1.0.0')]), undefined, exampleMade([ms('2.0.0')], 3000)]) {
    const id = await newBuild()
    await putRecord(id, made)
    await end(id, `${id}-1`)
    if (!made) {
      await store.write(({ builds }) => builds.end(id, { state: 'failed', error: 'x', digest: null, now }))
    }
    ids.push(id)
  }
  const [first, failed, last] = ids.map(row) as [BuildRow, BuildRow, BuildRow]
  expect(await readChanges(sources(), first)).toEqual({ dependencies: [], directories: [] })
  await expect(readChanges(sources(), failed)).rejects.toMatchObject({ code: 'not-found' })
  expect(await readChanges(sources(), last)).toEqual({
    since: { build: first.id, version: 'v2' },
    dependencies: [{ kind: 'npm', name: 'ms', from: ['1.0.0'], to: ['2.0.0'] }],
    unpackedSize: { from: 2000, to: 3000 },
    directories: [{ path: 'node_modules/ms', from: 1500, to: 2500 }],
  })
})
