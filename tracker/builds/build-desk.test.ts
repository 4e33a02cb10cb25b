import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defaultRollout } from '../../shared/domain/rollout.ts'
import { PersonError } from '../../shared/errors.ts'
import { createLogger } from '../../shared/log.ts'
import { exampleResolved, type Resolved } from '../../shared/messages/sources.ts'
import { exampleArtifact } from '../../shared/messages/order.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { FullDisk } from '../../test/fixtures/full-disk.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { Store } from '../db/store.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Calls } from './ask-packers.ts'
import { BuildDesk } from './build-desk.ts'
import { cancel } from './cancel.ts'
import { ensureBuild, type BuildRequest } from './ensure-build.ts'
import { packerViews } from './packer-views.ts'
import { Packers } from './packers.ts'
import { queueView } from './queue-view.ts'
import { Sources } from './sources.ts'
import { buildViewOf } from './views.ts'

const [p1, p2] = ['p000000000001', 'p000000000002'] as const
const x64 = { os: 'linux', arch: 'x64' }

interface Call {
  readonly name: string
  readonly to: string | undefined
  readonly request: { buildId?: number; attempt?: number; fresh?: boolean }
}

let directory: TemporaryDirectory
let store: Store
let desk: BuildDesk
let sources: Sources
let now: number
let calls: Call[]
/** What a packer says to a call; by default that it takes it. */
let reply: (call: Call) => unknown
let stored: boolean

const startDesk = (): void => {
  const packers = new Packers()
  const bus: Calls = {
    call: (call, parameters, request) => {
      const asked = {
        name: call.name,
        to: (parameters as { to?: string }).to,
        request: request as Call['request'],
      }
      calls.push(asked)
      const answer = reply(asked)
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(call.reply.parse(answer))
    },
  }
  const known = { store, bus, packers, now: () => now }
  desk = new BuildDesk({
    ...known,
    artifacts: { has: () => Promise.resolve(stored) },
    log: createLogger('test', 'silent'),
  })
  sources = new Sources(known)
}

beforeEach(async () => {
  now = 1_000_000
  ;[calls, stored] = [[], true]
  reply = ({ name, to }) => (name === 'build' ? { v: 1, packer: to } : { v: 1 })
  directory = await TemporaryDirectory.create()
  store = await Store.open(join(directory.path, 'tracker.db'), () => now)
  await store.write((writing) => {
    for (const name of ['web', 'api']) writing.services.upsert({ name, repo: '/repo', path: '.', now })
    for (const [id, name] of [
      [p1, 'packer-1'],
      [p2, 'packer-2'],
    ] as const)
      writing.agents.upsert({ id, kind: 'packer', name, cluster: null, labels: {}, nkey: id, now })
  })
  startDesk()
})
afterEach(async () => {
  desk[Symbol.dispose]()
  store[Symbol.dispose]()
  await directory[Symbol.asyncDispose]()
})

const request = (more: Partial<BuildRequest> = {}, resolved: Partial<Resolved> = {}): BuildRequest => ({
  ...{ service: 'web', cause: 'person', askedBy: 'ann' },
  resolved: { ...exampleResolved, ...resolved },
  ...more,
})
const ask = (more: Partial<BuildRequest> = {}, resolved: Partial<Resolved> = {}) =>
  store.write((writing) => ensureBuild(writing, request(more, resolved)))
const askedFor = async (
  more: Partial<BuildRequest> = {},
  resolved: Partial<Resolved> = {},
): Promise<number> => {
  const answer = await ask(more, resolved)
  if (answer.kind !== 'build') throw new Error('it is there already')
  return answer.build.id
}
const beat = (id: string, builds: readonly (readonly [number, number])[] = [], more: object = {}): void =>
  desk.heartbeat(id, {
    ...{ v: 1, capacity: 1, labels: x64 },
    builds: builds.map(([build, attempt]) => ({ id: build, attempt })),
    ...more,
  })
const row = (id: number): BuildRow => store.read.builds.get(id)!
const isIn = (id: number, state: BuildRow['state'], packer?: string): Promise<unknown> =>
  eventually(
    `build ${id} to be ${state}`,
    () => row(id).state === state && (!packer || row(id).packer === packer),
  )
const built = (buildId: number, attempt = 1) => ({
  ...{ v: 1 as const, buildId, attempt, outcome: 'built' as const, rollout: defaultRollout },
  artifact: { ...exampleArtifact, commit: row(buildId).commit },
})
const asked = (name: string): string[] =>
  calls
    .filter((call) => call.name === name)
    .map(({ to, request: { buildId } }) => `${buildId ?? ''} ${to ?? ''}`)

describe('handing out', () => {
  test('a build goes to a packer with room, another waits for the next, and each says where it stands', async () => {
    beat(p1)
    const [first, second] = [await askedFor(), await askedFor({ service: 'api' })]
    await isIn(first, 'building', p1)
    expect(row(second).state).toBe('queued')
    expect(buildViewOf(store.read, row(first))).toMatchObject({ packer: 'packer-1', attempts: 1 })
    expect(buildViewOf(store.read, row(second))).toMatchObject({ ahead: 0, askedBy: 'ann' })
    expect(packerViews(store.read, desk)).toMatchObject([
      { name: 'packer-1', state: 'busy', labels: x64, builds: [first] },
      { name: 'packer-2', state: 'silent', builds: [] },
    ])
    beat(p2)
    await isIn(second, 'building', p2)
    expect(asked('build')).toEqual([`${first} ${p1}`, `${second} ${p2}`])
  })

  test('a build that ends while it is about to be given up as nobody’s stays as it ended', async () => {
    const id = await askedFor()
    now += 1
    desk.heartbeat(p1, { v: 1, capacity: 1, labels: { os: 'other' }, builds: [] })
    await isIn(id, 'building')
    const waiting = await askedFor({ service: 'api' }, { on: { gpu: 'yes' } })
    now += 61_000
    const cancelled = store.write((writing) => cancel(writing, waiting, 'bob', undefined))
    beat(p2)
    await cancelled
    await store.write(() => undefined)
    expect(row(waiting)).toMatchObject({ state: 'cancelled', error: 'Cancelled by bob.' })
  })

  test('a packer that does not take it is left for another', async () => {
    reply = ({ to }) => (to === p1 ? new PersonError('unavailable', 'full') : { v: 1, packer: to })
    beat(p1)
    const id = await askedFor()
    await eventually('the first to be asked', () => asked('build').length === 1)
    beat(p2)
    await isIn(id, 'building', p2)
  })

  test('one whose labels nobody has is refused when it is asked for, and fails when they go', async () => {
    beat(p1)
    const on = { arch: 'arm64' }
    reply = () => ({ v: 1, here: false, on })
    await expect(sources.resolve('web', 'v2')).rejects.toMatchObject({
      code: 'unavailable',
      message:
        'No packer that answers has the labels arch=arm64, which build.on of web’s service.yaml asks for; there are: os=linux, arch=x64.',
    })
    const id = await askedFor({}, { on })
    now += 61_000
    beat(p1)
    await isIn(id, 'failed')
    expect(row(id).error).toMatch(/^No packer that answers has the labels arch=arm64/)
  })

  test('a ref that one packer cannot build is resolved by one that can', async () => {
    beat(p1)
    beat(p2, [], { labels: { os: 'linux', arch: 'arm64' } })
    reply = ({ to }) => (to === undefined ? { v: 1, here: false, on: { arch: 'arm64' } } : exampleResolved)
    expect(await sources.resolve('web', 'v2')).toEqual(exampleResolved)
    expect(asked('resolve-at')).toEqual([` ${p2}`])
  })

  test('without any packer it fails after a minute, and says so', async () => {
    const id = await askedFor()
    now += 61_000
    desk.heartbeat(p1, { v: 1, capacity: 1, labels: {}, builds: [] })
    await isIn(id, 'building')
    now += 61_000
    const other = await askedFor({ service: 'api' })
    await eventually('the look', () => row(other).state === 'queued')
    now += 61_000
    await askedFor({ service: 'api' }, { commit: 'd'.repeat(40) })
    await isIn(other, 'failed')
    expect(row(other).error).toBe('No packer answers, so nothing can be built.')
  })
})

describe('looking after', () => {
  test('goes on once the database can be written again', async () => {
    beat(p1)
    const id = await askedFor()
    await isIn(id, 'building', p1)
    now += 16_000
    {
      using disk = new FullDisk(store)
      beat(p2)
      expect(disk.writes).toBe(1)
    }
    // A lease more.
    beat(p2)
    now += 16_000
    beat(p2)
    await isIn(id, 'building', p2)
  })

  test('a packer that falls silent loses its build to another, and three times over it fails', async () => {
    beat(p1)
    const id = await askedFor()
    await isIn(id, 'building', p1)
    for (const next of [p2, p1]) {
      now += 16_000
      beat(next)
      await isIn(id, 'building', next)
    }
    expect(row(id)).toMatchObject({ attempts: 3, lost: 2 })
    now += 16_000
    beat(p2)
    await isIn(id, 'failed')
    expect(row(id).error).toBe('Its packer fell silent 3 times, the last time packer-1.')
  })

  test('a packer that comes back without the build it had loses it at once, but not by a heartbeat from before', async () => {
    beat(p1)
    const id = await askedFor()
    await isIn(id, 'building', p1)
    beat(p1)
    expect(row(id)).toMatchObject({ state: 'building', lost: 0 })
    now += 6000
    beat(p1)
    await eventually('another try', () => row(id).lost === 1)
    await isIn(id, 'building', p1)
  })

  test('a heartbeat keeps the build, and a tracker that was away knows from it who has what', async () => {
    beat(p1)
    const id = await askedFor()
    await isIn(id, 'building', p1)
    for (let round = 0; round < 5; round++) {
      now += 10_000
      beat(p1, [[id, 1]])
    }
    expect(row(id)).toMatchObject({ state: 'building', attempts: 1, lost: 0 })

    const untold = await askedFor({ service: 'api' })
    desk[Symbol.dispose]()
    startDesk()
    beat(p2, [[untold, 1]])
    await isIn(untold, 'building', p2)
    expect(asked('build')).toEqual([`${id} ${p1}`])
  })

  test('a packer that is still at a build which another has now is told to stop', async () => {
    beat(p1)
    const id = await askedFor()
    await isIn(id, 'building', p1)
    now += 16_000
    beat(p2)
    await isIn(id, 'building', p2)
    beat(p1, [[id, 1]])
    await eventually('the word', () => asked('stop-build').includes(`${id} ${p1}`))
    await desk.finish(p1, { v: 1, buildId: id, attempt: 1, outcome: 'failed', error: 'killed' })
    expect(row(id).state).toBe('building')
    await desk.finish(p1, built(id))
    expect(row(id).state).toBe('built')
  })
})

describe('results', () => {
  test('what is not in the store is not registered', async () => {
    beat(p1)
    const id = await askedFor()
    await isIn(id, 'building')
    stored = false
    await desk.finish(p1, built(id))
    expect(row(id)).toMatchObject({ state: 'failed', digest: null })
    expect(row(id).error).toMatch(
      /^Its packer says that it stored .*, but the artifact store does not have it\.$/,
    )
    expect(store.read.artifacts.get(exampleArtifact.digest)).toBeUndefined()
  })

  test('a build that one packer declines goes to another, and fails when all have', async () => {
    beat(p1)
    const id = await askedFor()
    await isIn(id, 'building', p1)
    const declined = (attempt: number) =>
      ({ v: 1, buildId: id, attempt, outcome: 'declined', error: 'otherwise' }) as const
    await desk.finish(p1, declined(1))
    beat(p1)
    expect(row(id).state).toBe('queued')
    beat(p2)
    await isIn(id, 'building', p2)
    await desk.finish(p2, declined(2))
    beat(p1)
    now += 61_000
    beat(p1)
    await isIn(id, 'failed')
    expect(row(id).error).toMatch(/^Each packer that is there would build it otherwise/)
  })

  test('a cancelled build is stopped where it runs, and its late result changes nothing', async () => {
    beat(p1)
    const id = await askedFor()
    await isIn(id, 'building')
    await store.write((writing) => cancel(writing, id, 'bob', 'wrong branch'))
    expect(row(id)).toMatchObject({ state: 'cancelled', error: 'Cancelled by bob: wrong branch.' })
    await eventually('the word', () => asked('stop-build').includes(`${id} ${p1}`))
    await desk.finish(p1, built(id))
    expect(row(id).state).toBe('cancelled')
    await store.write((writing) => cancel(writing, id, 'bob', undefined))
    const done = await askedFor()
    await isIn(done, 'building')
    await desk.finish(p1, built(done))
    await expect(store.write((writing) => cancel(writing, done, 'bob', undefined))).rejects.toMatchObject({
      code: 'conflict',
      message: `Build ${done} has ended: it is built.`,
    })
  })
})

describe('what was built before', () => {
  const isDone = async (id: number): Promise<void> => {
    await isIn(id, 'building')
    await desk.finish(p1, built(id, row(id).attempts))
  }

  test('is said with the answer, whether it serves or not', async () => {
    beat(p1)
    const first = await ask()
    expect(first.because).toBe('Commit bbbbbbbbbb was not built before.')
    expect((await ask({ cause: 'deploy' })).because).toBe(
      'Build 1 of the same commit is on its way already, and serves both.',
    )
    expect(row(1)).toMatchObject({ priority: 0, cause: 'deploy' })
    await isDone(1)
    expect(await ask()).toMatchObject({
      kind: 'artifact',
      because: 'Commit bbbbbbbbbb was built in the same way before, as build 1.',
    })

    const otherwise = { buildConfig: 'e'.repeat(64), recipe: 'e'.repeat(64) }
    expect((await ask({}, otherwise)).because).toBe(
      'Build 1 of bbbbbbbbbb does not serve, as the build section of its service.yaml, or the path of the service, is another now.',
    )
    await store.write((writing) => cancel(writing, 2, 'bob', undefined))
    expect((await ask({}, otherwise)).because).toBe('Build 2 of bbbbbbbbbb was cancelled.')
    await desk.finish(p1, { v: 1, buildId: 3, attempt: 1, outcome: 'failed', error: 'it does not compile' })
    expect((await ask({}, otherwise)).because).toBe('Build 3 of bbbbbbbbbb failed.')
  })

  test('does not serve with other tools, and the answer names them', async () => {
    beat(p1)
    await isDone(await askedFor())
    const builtBy = { ...exampleResolved.builtBy, tool: 'node22', format: 4 }
    expect((await ask({}, { buildConfig: 'e'.repeat(64), builtBy })).because).toBe(
      'Build 1 of bbbbbbbbbb does not serve, as that was with node20, and this is with node22 and the packer of today writes other bytes than the one of then.',
    )
  })

  test('is built again when a rebuild is asked for, and then says whether the bytes are the same', async () => {
    beat(p1)
    await isDone(await askedFor())
    const again = await ask({ rebuild: true })
    expect(again.because).toBe('A rebuild was asked for; the last build of bbbbbbbbbb is 1.')
    await isDone(2)
    expect(calls.at(-1)).toMatchObject({ name: 'build', request: { buildId: 2, fresh: true } })
    expect(buildViewOf(store.read, row(2))).toMatchObject({ before: { id: 1, same: true } })
    await ask({ rebuild: true })
    await isIn(3, 'building')
    const other = built(3)
    await desk.finish(p1, { ...other, artifact: { ...other.artifact, digest: '9'.repeat(64) } })
    expect(buildViewOf(store.read, row(3))).toMatchObject({ before: { id: 2, same: false } })
    expect(await ask()).toMatchObject({ kind: 'artifact', artifact: { digest: '9'.repeat(64) } })
  })
})

test('the queue is in the order of turns, and says what each build waits for', async () => {
  const building = await askedFor({}, { commit: 'a'.repeat(40) })
  beat(p1)
  await isIn(building, 'building', p1)
  const same = await askedFor({ cause: 'link' }, { commit: 'c'.repeat(40) })
  const special = await askedFor({ service: 'api' }, { on: { gpu: 'yes' } })
  const queue = queueView(store.read, desk, 1)
  expect(queue.building.map(({ id }) => id)).toEqual([building])
  expect(queue.queued).toMatchObject([{ id: special, waitsFor: 'No packer with gpu=yes is there.' }])
  expect(queue.waiting).toBe(2)
  expect(queueView(store.read, desk, 9).queued.map(({ id }) => id)).toEqual([special, same])
})

test('of a packer that fell silent it is known since when', () => {
  beat(p1)
  const heardAt = now
  now += 60_000
  expect(packerViews(store.read, desk)).toMatchObject([
    { name: 'packer-1', state: 'silent', heardAt },
    { name: 'packer-2', state: 'silent' },
  ])
})
