import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { InstallState } from '../../../shared/domain/install-state.ts'
import { TemporaryDirectory } from '../../../test/dev-env/temporary-directory.ts'
import type { Agent } from '../../db/agents.ts'
import type { Assignment } from '../../db/assignments.ts'
import { Store } from '../../db/store.ts'
import type { Target } from '../../db/targets.ts'
import { recordHostEvents } from './host-events.ts'
import { assign, giveUp, moveDeploy } from '../moves.ts'
import { newDeploy, newTarget } from '../../../test/fixtures/deploy-rows.ts'

const host: Agent = { id: 'h1', kind: 'host', name: 'web-1', cluster: 'prod', labels: {}, nkey: 'U1' }
const old = 'a'.repeat(64)
const release = 'b'.repeat(64)
let directory: TemporaryDirectory
let store: Store

beforeEach(async () => {
  directory = await TemporaryDirectory.create()
  store = await Store.open(join(directory.path, 'db'), () => 1)
  await store.write((writing) => writing.agents.upsert({ ...host, now: 1 }))
})
afterEach(async () => {
  store[Symbol.dispose]()
  await directory[Symbol.asyncDispose]()
})

/** A deploy that rolls, of one host that has run `old` so far. */
const begin = (digest = release): Promise<number> =>
  store.write((writing) => {
    const id = writing.deploys.insert(newDeploy({ digest }))
    writing.targets.insert(newTarget(id, host.name, { hostId: host.id, digest, previousDigest: old }))
    for (const state of ['planned', 'staging', 'rolling'] as const)
      moveDeploy(writing, writing.deploys.get(id)!, state, null)
    return id
  })

const targetOf = (id: number): Target => store.read.targets.get(id, host.id)!
const assigned = (): Assignment => store.read.assignments.get(host.id, 'web')!

const order = (id: number, phase: 'stage' | 'activate'): Promise<void> =>
  store.write((writing) => assign(writing, writing.deploys.get(id)!, targetOf(id), phase))
const lose = (id: number, state: 'unreachable' | 'failed'): Promise<void> =>
  store.write((writing) => giveUp(writing, writing.deploys.get(id)!, targetOf(id), state, 'no answer'))
const end = (id: number, state: 'failed' | 'cancelled'): Promise<void> =>
  store.write((writing) => moveDeploy(writing, writing.deploys.get(id)!, state, null))
const say = (deployId: number, seq: number, state: InstallState): Promise<void> =>
  store.write((writing) =>
    recordHostEvents(writing, host, [{ id: `${seq}-${state}`, at: 1, service: 'web', deployId, seq, state }]),
  )

test('an order to activate that nobody has answered stands: no second one of which nothing would be learnt', async () => {
  const id = await begin()
  await order(id, 'activate')
  await lose(id, 'unreachable')
  await end(id, 'failed')
  expect(assigned()).toMatchObject({ seq: 1, digest: release })
  await say(id, 1, 'rolled-back')
  expect(targetOf(id).state).toBe('rolled-back')
  expect(assigned()).toMatchObject({ seq: 2, digest: old, desired: old })
})

test('a cancelled deploy does not order what it had ordered before once more', async () => {
  const id = await begin()
  await order(id, 'activate')
  await end(id, 'cancelled')
  expect(assigned()).toMatchObject({ seq: 1, digest: release })
})

test('a host that hangs in the middle is to have what it had, not the same release again', async () => {
  const id = await begin()
  await order(id, 'activate')
  await say(id, 1, 'stopping')
  await lose(id, 'failed')
  await end(id, 'failed')
  expect(assigned()).toMatchObject({ seq: 2, digest: old, desired: old })
})

test('a host that runs it already is to run it, whatever an older deploy wanted of it', async () => {
  const lost = await begin()
  await order(lost, 'activate')
  await lose(lost, 'unreachable')
  await end(lost, 'failed')
  const id = await begin(old)
  await order(id, 'stage')
  await say(id, 2, 'skipped')
  expect(assigned()).toMatchObject({ seq: 2, desired: old })
})

test('late news of an old order does not change what a newer one of the same release wants', async () => {
  const lost = await begin()
  await order(lost, 'activate')
  await lose(lost, 'unreachable')
  await end(lost, 'failed')
  const id = await begin()
  await order(id, 'activate')
  await say(lost, 1, 'failed')
  expect(assigned()).toMatchObject({ seq: 2, digest: release, desired: release })
})
