import { afterEach, beforeEach, expect, test } from 'vitest'
import { Random } from '../../../test/faults/random.ts'
import { finish } from '../../../test/model/finish.ts'
import { World } from '../../../test/model/world.ts'

const minute = 60_000
const quick = { canary: 0, batch: '100%' }
let world: World
let v1: string
let v2: string

beforeEach(async () => {
  world = await World.create(new Random('begin'), 4)
  for (const host of world.hosts) host.isBlessed = true
  await world.addVersion()
  await world.addVersion()
  ;[v1, v2] = [...world.store.read.artifacts.versionsByDigest().keys()] as [string, string]
})
afterEach(() => world[Symbol.asyncDispose]())

const deploy = (digest: string | undefined, pattern: string, terms: { queue?: boolean; at?: number } = {}) =>
  world.deploy(digest, quick, { pattern, ...terms })

const stateOf = (id: number) => world.store.read.deploys.get(id)?.state

const look = async (): Promise<void> => {
  for (const { id } of world.store.read.deploys.running()) await (await world.look(id))()
}

test('two deploys of a service run side by side on different hosts', async () => {
  const ids = [await deploy(v1, '-[12]$'), await deploy(v2, '-[34]$')]
  expect(ids.map(stateOf)).toEqual(['planned', 'planned'])
  for (const id of ids) await finish(world, id)
  expect(ids.map(stateOf)).toEqual(['succeeded', 'succeeded'])
  expect(world.hosts.map(({ running }) => running)).toEqual([v1, v1, v2, v2])
})

test('a second deploy on a host of the first is refused, naming it, and leaves nothing behind', async () => {
  const first = await deploy(v1, '-[123]$')
  await expect(deploy(undefined, '-[34]$')).rejects.toMatchObject({
    code: 'locked',
    message: `web is being deployed by ann (deploy ${first}, planned) on web-3.`,
  })
  expect(world.store.read.deploys.list({}, 10)).toHaveLength(1)
  expect(world.store.read.builds.running()).toEqual([])
})

test('with --queue it waits, and begins once the first has ended, from what its hosts run by then', async () => {
  const first = await deploy(v1, '-[12]$')
  const second = await deploy(v2, '-[23]$', { queue: true })
  await look()
  expect(stateOf(second)).toBe('queued')
  expect(world.store.read.targets.list(second)[0]).toMatchObject({ hostName: 'web-2', previousDigest: null })
  await finish(world, first)
  await look()
  expect(stateOf(second)).toBe('planned')
  expect(world.store.read.targets.list(second)[0]).toMatchObject({ hostName: 'web-2', previousDigest: v1 })
  await finish(world, second)
  expect(world.hosts.map(({ running }) => running)).toEqual([v1, v2, v2, undefined])
})

test('those that wait for a host take turns, and nobody overtakes them', async () => {
  const first = await deploy(v1, '-1$')
  const second = await deploy(v2, '-[12]$', { queue: true })
  const third = await deploy(v1, '-2$', { queue: true })
  await expect(deploy(v1, '-2$')).rejects.toMatchObject({
    code: 'locked',
    message: `web waits to be deployed by ann (deploy ${second}, queued) on web-2.`,
  })
  await look()
  expect([second, third].map(stateOf)).toEqual(['queued', 'queued'])
  for (const id of [first, second, third]) await finish(world, id)
  expect(world.hosts.map(({ running }) => running)).toEqual([v2, v1, undefined, undefined])
})

test('a deploy for later holds nothing until then, and begins at its time, also after a restart', async () => {
  const at = world.now + 30 * minute
  const later = await deploy(v2, '-[12]$', { at })
  await finish(world, await deploy(v1, '-[12]$'))
  world.now = at - 1
  await look()
  expect(stateOf(later)).toBe('queued')
  world.now = at
  await world.restartTracker()
  await look()
  expect(stateOf(later)).toBe('planned')
  await finish(world, later)
  expect(world.hosts.map(({ running }) => running)).toEqual([v2, v2, undefined, undefined])
})

test.each([
  { queue: false, then: 'failed' },
  { queue: true, then: 'queued' },
])(
  'what cannot begin within 15 minutes of its time is $then when queue is $queue',
  async ({ queue, then }) => {
    const at = world.now + minute
    const later = await deploy(v2, '-1$', { at, queue })
    const first = await deploy(v1, '-1$')
    await world.control(first, 'pause')
    world.now = at + 15 * minute
    await look()
    expect(stateOf(later)).toBe('queued')
    world.now += 1
    await look()
    expect(stateOf(later)).toBe(then)
    expect(world.store.read.deploys.get(later)?.error).toBe(
      queue
        ? null
        : `It was to begin at ${new Date(at).toISOString()} and could not within 15 minutes: web is being deployed by ann (deploy ${first}, paused) on web-1.`,
    )
  },
)

test('what a tracker comes to only hours later does not begin when nobody expects it any more', async () => {
  const later = await deploy(v2, '-1$', { at: world.now + minute })
  world.now += 3 * 60 * minute
  await look()
  expect(world.store.read.deploys.get(later)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('the tracker did not run') as string,
  })
})

test('a cancelled deploy, queued or begun, is in nobody’s way from that moment on', async () => {
  const first = await deploy(v1, '-1$')
  const second = await deploy(v2, '-1$', { queue: true })
  await world.control(first, 'cancel')
  await world.control(second, 'cancel')
  expect(stateOf(await deploy(v1, '-1$'))).toBe('planned')
})

test('a deploy whose build fails while it waits fails then, not when its time comes', async () => {
  const later = await deploy(undefined, '-1$', { at: world.now + 60 * minute })
  await world.endBuild(world.store.read.deploys.get(later)?.buildId ?? 0, false)
  await look()
  expect(world.store.read.deploys.get(later)).toMatchObject({
    state: 'failed',
    error: 'The build failed: it does not compile',
  })
})

test('a deploy that waits for a lock begins once it is over', async () => {
  const until = world.now + 10 * minute
  await world.lock(10 * minute)
  const id = await deploy(v1, '-1$', { queue: true })
  world.now = until - 1
  await look()
  expect(stateOf(id)).toBe('queued')
  world.now = until
  await look()
  expect(stateOf(id)).toBe('planned')
})

test('a deploy for a time at which a lock will hold is refused at once, unless it waits', async () => {
  await world.lock(10 * minute)
  const at = world.now + 5 * minute
  await expect(deploy(v1, '-1$', { at })).rejects.toMatchObject({ code: 'locked' })
  expect(stateOf(await deploy(v1, '-1$', { at, queue: true }))).toBe('queued')
  expect(stateOf(await deploy(v1, '-1$', { at: world.now + 10 * minute }))).toBe('queued')
})

test('a version that turns out bad while another deploy of it waits does not come after all', async () => {
  await finish(world, await deploy(v1, '-1$'))
  world.hosts[0]!.sick.add(v2)
  const first = await deploy(v2, '-1$')
  const second = await deploy(v2, '-[12]$', { queue: true })
  await finish(world, first)
  await look()
  expect(world.store.read.deploys.get(second)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining(`web v2 is in quarantine since deploy ${first}`) as string,
  })
})
