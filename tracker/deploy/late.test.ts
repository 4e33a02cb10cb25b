import { afterEach, beforeEach, expect, test } from 'vitest'
import { Random } from '../../test/faults/random.ts'
import { finish, settle } from '../../test/model/finish.ts'
import { World } from '../../test/model/world.ts'

const quick = { canary: 0, batch: '100%' }
let world: World
let v1: string
let v2: string
let v3: string

beforeEach(async () => {
  world = await World.create(new Random('late'), 3)
  for (const host of world.hosts) host.isBlessed = true
  for (let version = 0; version < 3; version++) await world.addVersion()
  ;[v1, v2, v3] = [...world.store.read.artifacts.versionsByDigest().keys()] as [string, string, string]
  await deploy(v1)
})
afterEach(() => world[Symbol.asyncDispose]())

const deploy = async (digest: string): Promise<number> => {
  const id = await world.deploy(digest, quick)
  await finish(world, id)
  return id
}
const lost = () => world.hosts[2]!
const targetOf = (id: number) => world.store.read.targets.get(id, lost().id)!
/** How many hosts were where when it ended. */
const endOf = (id: number) => {
  const last = world.store.read.events.list({ deploy: id }, 0, 1000).at(-1)
  return last?.kind === 'deploy.state' ? last.data.counts : undefined
}
const outcomeOf = (id: number) => world.store.read.deploys.get(id)!

test('a host that is off is late, not failed, and takes the release when it is back', async () => {
  lost().stopGrabber()
  const id = await deploy(v2)
  expect(outcomeOf(id)).toMatchObject({
    state: 'partial',
    error: '1 of 3 hosts could not be reached, such as web-3; it takes it when back',
  })
  expect(targetOf(id)).toMatchObject({ state: 'late', confirmed: false })
  expect(endOf(id)).toEqual({ committed: 2, late: 1 })
  lost().startGrabber(world.now)
  await settle(world)
  expect(lost().running).toBe(v2)
  expect(targetOf(id)).toMatchObject({ state: 'committed', confirmed: true })
})

test('a host that was off through two deploys goes to what is wanted now, and never to what was in between', async () => {
  lost().stopGrabber()
  const second = await deploy(v2)
  const third = await deploy(v3)
  expect(targetOf(third).state).toBe('late')
  expect(targetOf(second)).toMatchObject({
    state: 'unreachable',
    error: `deploy ${third} came before it was back`,
  })
  lost().startGrabber(world.now)
  await settle(world)
  expect(lost().running).toBe(v3)
  expect([...lost().staged]).toEqual([v1, v3])
})

test('a rollback is for the hosts too that were late for what it undoes', async () => {
  lost().stopGrabber()
  await finish(world, await world.rollBack(await deploy(v2)))
  lost().startGrabber(world.now)
  await settle(world)
  expect(world.hosts.map(({ running }) => running)).toEqual([v1, v1, v1])
  expect(lost().staged.has(v2)).toBe(false)
})

test('a host that was off while a deploy failed is not late: it keeps what it has', async () => {
  world.hosts[0]!.sick.add(v2)
  lost().stopGrabber()
  const id = await deploy(v2)
  expect(outcomeOf(id).state).toBe('rolled-back')
  expect(targetOf(id).state).toBe('unreachable')
  lost().startGrabber(world.now)
  await settle(world)
  expect(lost().running).toBe(v1)
})
