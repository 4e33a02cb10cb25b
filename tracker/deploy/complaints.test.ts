import { afterEach, beforeEach, expect, test } from 'vitest'
import { groupFailures } from '../../shared/domain/failures/group-failures.ts'
import { Random } from '../../test/faults/random.ts'
import { exampleDeploy, exampleTarget } from '../../test/fixtures/example-deploy.ts'
import { finish, settle } from '../../test/model/finish.ts'
import { World } from '../../test/model/world.ts'
import { painter } from '../cli/output/palette.ts'
import { exitCodeOfOutcome } from '../cli/watch/outcome.ts'
import { startProgress } from '../cli/watch/progress.ts'
import { liveLines } from '../cli/watch/live-lines.ts'
import { deployDetailOf } from './views.ts'

/**
 * What users of other deployment systems complain of most, by number, as far as a rollout decides it; what the host decides
 * is in grabber/install/complaints.test.ts, and that an agent's update never ends a deploy (3) in test/e2e/self-upgrade.test.ts.
 */
let world: World
let v1: string
let v2: string
let v3: string

beforeEach(async () => {
  world = await World.create(new Random('complaints'), 5)
  for (const host of world.hosts) host.isBlessed = true
  for (let version = 0; version < 3; version++) await world.addVersion()
  ;[v1, v2, v3] = [...world.store.read.artifacts.versionsByDigest().keys()] as [string, string, string]
})
afterEach(() => world[Symbol.asyncDispose]())

type Terms = Parameters<World['deploy']>[2]

const deploy = async (digest: string, rollout = {}, terms?: Terms): Promise<number> => {
  const id = await world.deploy(digest, { canary: 0, batch: '100%', ...rollout }, terms)
  await finish(world, id)
  return id
}
const stateOf = (id: number) => world.store.read.deploys.get(id)?.state
const targetsOf = (id: number) => world.store.read.targets.list(id)
const statesIn = (id: number) => targetsOf(id).map(({ state }) => state)
const running = () => world.hosts.map((host) => host.running)

test('complaint 2, "retry failed retries the wrong hosts": exactly the failed, unreachable and not-started of the frozen list', async () => {
  await deploy(v1)
  world.hosts[1]!.sick.add(v2)
  world.hosts[2]!.stopGrabber()
  const one = { batch: 1, on_failure: 'pause' as const, ready: '0%' }
  const id = await world.deploy(v2, { canary: 1, ...one }, { pattern: '-[1234]$' })
  for (let round = 0; stateOf(id) !== 'paused'; round++) {
    if (round > 500) throw new Error(`deploy ${id} is ${String(stateOf(id))}`)
    await settle(world)
    await (
      await world.look(id)
    )()
  }
  await world.control(id, 'cancel')
  await settle(world)
  expect(statesIn(id)).toEqual(['committed', 'rolled-back', 'unreachable', 'staged'])
  const retry = await world.retry(id)
  expect(targetsOf(retry).map(({ hostName }) => hostName)).toEqual(['web-2', 'web-3', 'web-4'])
})

test('complaint 4, "a dead agent is reported as an error of the app": out of reach is not failed, and no reason to go back', async () => {
  await deploy(v1)
  world.hosts[4]!.stopGrabber()
  const id = await deploy(v2, { max_failures: 0 })
  expect(stateOf(id)).toBe('partial')
  expect(statesIn(id)).toEqual(['committed', 'committed', 'committed', 'committed', 'late'])
  expect(
    groupFailures(deployDetailOf(world.store, world.store.read.deploys.get(id)!, world.now).targets, 'web'),
  ).toEqual([])
  expect(world.store.read.quarantine.list()).toEqual([])
})

test('complaint 11, "every-host jobs lack auto-revert, and canaries need spare capacity": a canary in place, and all go back', async () => {
  await deploy(v1)
  world.hosts[0]!.sick.add(v2)
  const canary = await deploy(v2, { canary: 1 })
  expect(stateOf(canary)).toBe('rolled-back')
  expect(world.hosts.slice(1).some((host) => host.changedBy.has(canary))).toBe(false)
  world.hosts[4]!.sick.add(v3)
  const whole = await deploy(v3, { batch: 2 })
  expect(world.hosts.every((host) => host.changedBy.has(whole))).toBe(true)
  expect(stateOf(whole)).toBe('rolled-back')
  expect(running()).toEqual([v1, v1, v1, v1, v1])
})

test('complaint 12, "rollback is undiscoverable": no version is named, each host gets what it had, and nothing is fetched', async () => {
  await deploy(v1, {}, { pattern: '-[12]$' })
  await deploy(v2, {}, { pattern: '-[345]$' })
  const id = await deploy(v3)
  await finish(world, await world.rollBack(id))
  expect(running()).toEqual([v1, v1, v2, v2, v2])
  expect(world.hosts.map((host) => host.staged.size)).toEqual([2, 2, 2, 2, 2])
})

test('complaint 13, "success is reported although it was rolled back": every way to end has a word and an exit code of its own', async () => {
  await deploy(v1)
  world.hosts[2]!.sick.add(v2)
  expect(stateOf(await deploy(v2))).toBe('rolled-back')
  expect(stateOf(await deploy(v2, { on_failure: 'continue' }))).toBe('partial')
  for (const host of world.hosts) host.sick.add(v3)
  expect(stateOf(await deploy(v3, { on_failure: 'continue' }, { pattern: '-5$' }))).toBe('rolled-back')
  const ends = ['succeeded', 'failed', 'partial', 'rolled-back', 'cancelled'] as const
  expect(ends.map((end) => exitCodeOfOutcome[end])).toEqual([0, 3, 5, 6, 9])
})

test('complaint 13 again: what no version report has shown running is no success', async () => {
  const id = await world.deploy(v1, { canary: 0, batch: '100%' }, { pattern: '-1$' })
  const host = world.hosts[0]!
  for (let round = 0; round < 100 && stateOf(id) !== 'partial' && stateOf(id) !== 'failed'; round++) {
    await (
      await world.look(id)
    )()
    for (const message of world.wire.splice(0)) if (!('report' in message)) await world.deliver(message, true)
    host.act(world.now)
    world.speak(host)
    world.now += 5000
  }
  expect(host.running).toBe(v1)
  expect(world.store.read.deploys.get(id)).toMatchObject({
    state: 'failed',
    error: 'web-1: says committed, but no version report has shown it running',
  })
})

test('complaint 14, "stuck locks and cancels": a cancel is acknowledged at once, and from then on nothing is held', async () => {
  await deploy(v1)
  for (const host of world.hosts) host.isCut = true
  const id = await world.deploy(v2, { canary: 0, batch: '100%' })
  await (
    await world.look(id)
  )()
  await world.control(id, 'cancel')
  expect(stateOf(id)).toBe('cancelled')
  await world.control(id, 'cancel')
  expect(stateOf(await world.deploy(v3, { canary: 0 }))).toBe('planned')
})

test('complaint 15, "output is unreadable at scale": 800 hosts fit the screen, and one cause is one line', () => {
  const targets = Array.from({ length: 800 }, (_, index) =>
    index % 2 === 0
      ? exampleTarget(index, 'rolled-back', {
          failedAt: 'checking',
          error: `web-${index}: port ${8000 + index} is held`,
        })
      : exampleTarget(index, 'committed'),
  )
  const frame = { columns: 80, rows: 24, now: Date.now(), paint: painter(false), colour: false }
  const lines = liveLines(startProgress(exampleDeploy(targets)), frame)
  expect(lines.length).toBeLessThan(24)
  expect(lines.filter((line) => line.includes('rolled-back'))).toHaveLength(1)
  expect(lines.join('\n')).toContain('400 hosts')
})
