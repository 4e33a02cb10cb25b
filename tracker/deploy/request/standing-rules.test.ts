import { afterEach, beforeEach, expect, test } from 'vitest'
import { Random } from '../../../test/faults/random.ts'
import { finish, settle } from '../../../test/model/finish.ts'
import { World } from '../../../test/model/world.ts'

const quick = { canary: 0, batch: '100%' }
let world: World
let v1: string
let v2: string

/** Three hosts run v1, the fourth has never been heard of; the rule is for all. */
beforeEach(async () => {
  world = await World.create(new Random('rules'), 4)
  for (const host of world.hosts) host.isBlessed = true
  for (let version = 0; version < 2; version++) await world.addVersion()
  ;[v1, v2] = [...world.store.read.artifacts.versionsByDigest().keys()] as [string, string]
  newcomer().stopGrabber()
  await finish(world, await deploy(v1))
  await rule({ clusters: ['prod'], pattern: '^web-', labels: [] })
})
afterEach(() => world[Symbol.asyncDispose]())

const newcomer = () => world.hosts[3]!
const deploy = (digest: string) => world.deploy(digest, quick, { pattern: '-[123]$' })
const rule = (...rules: { clusters: string[]; pattern: string; labels: string[] }[]) =>
  world.store.write((writing) => writing.services.setRules('web', rules))
const join = async (): Promise<void> => {
  newcomer().startGrabber(world.now)
  await settle(world)
}

test('a host that joins gets what the others are to run, by a deploy that says why', async () => {
  expect(await world.applyRules()).toBeUndefined()
  await join()
  const id = (await world.applyRules())!
  await finish(world, id)
  expect(newcomer().running).toBe(v1)
  expect(world.store.read.deploys.get(id)).toMatchObject({
    state: 'succeeded',
    createdBy: 'standing rule',
    reason: 'web-4 joined',
  })
  expect(world.store.read.audit.list({}, 1)).toMatchObject([
    { who: 'standing rule', action: 'deploy.create', subject: `deploy ${id}`, service: 'web' },
  ])
  expect(await world.applyRules()).toBeUndefined()
})

test('its settings are those that the others run with, not newer ones', async () => {
  await join()
  await world.store.write((writing) => {
    const [assigned] = writing.assignments.list()
    const { seq = 0, desired } = assigned ?? {}
    for (const host of world.hosts.slice(0, 3))
      writing.assignments.setDesired(host.id, 'web', seq, { digest: desired ?? '', config: 2 })
  })
  const id = (await world.applyRules())!
  expect(world.store.read.targets.list(id)).toMatchObject([{ hostName: 'web-4', digest: v1, config: 2 }])
})

test('what the others are about to run is waited for', async () => {
  const id = await deploy(v2)
  await join()
  expect(await world.applyRules()).toBeUndefined()
  await finish(world, id)
  await finish(world, (await world.applyRules())!)
  expect(newcomer().running).toBe(v2)
})

test('after a rollback it is what the others went back to', async () => {
  const id = await deploy(v2)
  await finish(world, id)
  await finish(world, await world.rollBack(id))
  await join()
  await finish(world, (await world.applyRules())!)
  expect(newcomer().running).toBe(v1)
})

test('a host on which it failed is left to people', async () => {
  newcomer().isBlessed = false
  newcomer().sick.add(v1)
  await join()
  const id = (await world.applyRules())!
  await finish(world, id)
  expect(world.store.read.deploys.get(id)?.state).toBe('failed')
  expect(await world.applyRules()).toBeUndefined()
})

test.each([
  ['that no rule selects', { clusters: ['prod'], pattern: '-[123]$', labels: [] }],
  ['of whose rule no other host has it', { clusters: ['prod'], pattern: '-4$', labels: [] }],
])('a host %s gets nothing', async (_, other) => {
  await rule(other)
  await join()
  expect(await world.applyRules()).toBeUndefined()
})
