import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exampleResolved } from '../../shared/messages/sources.ts'
import { newBuild } from '../../test/fixtures/build-rows.ts'
import { newDeploy, newTarget, v1, v2 } from '../../test/fixtures/deploy-rows.ts'
import { examplePlan } from '../../test/fixtures/example-plan.ts'
import { addFleet, hostId } from '../../test/fixtures/every-change.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { Store, type Writing } from '../db/store.ts'
import { giveUp, verdictsOf } from './verdicts.ts'

const day = 24 * 3_600_000
let directory: TemporaryDirectory
let store: Store
let now: number
beforeEach(async () => {
  now = 1000 * day
  directory = await TemporaryDirectory.create()
  store = await Store.open(join(directory.path, 'tracker.db'), () => now)
  await store.write((writing) => {
    addFleet(writing)
    writing.keepRules.put({ service: null, last: 0, days: 1, tags: [], setBy: 'ann', setAt: 1 })
  })
  now += 2 * day
})
afterEach(async () => {
  store[Symbol.dispose]()
  await directory[Symbol.asyncDispose]()
})

/** Why v1 and v2 of web stay. */
const reasons = (): Record<string, readonly string[]> =>
  Object.fromEntries(
    verdictsOf(store.read, now).map(({ artifact, keptBecause }) => [artifact.version, keptBecause]),
  )

const none = { v1: [], v2: [] }

const deployed = (writing: Writing, more: Parameters<typeof newTarget>[2] = {}): number => {
  const id = writing.deploys.insert(newDeploy())
  writing.targets.insert(newTarget(id, 'web-1.prod', { hostId, ...more }))
  return id
}

const end = (writing: Writing, id: number, state: 'succeeded' | 'failed'): void =>
  writing.deploys.move(id, { state, error: null, endedAt: now, pausedFrom: null, now })

/** A plan of v2. */
const planOf = (createdAt: number) => examplePlan([], { digest: v2, createdAt })

const ran = { service: 'web', version: null, config: null, health: 'healthy', desired: null } as const

test.each<[string, (writing: Writing) => void, Record<string, string[]>]>([
  ['nothing', () => undefined, none],
  [
    'what a host runs, and what is current there beside it',
    (writing) => writing.ran.change(hostId, { ...ran, desiredConfig: null, running: v1, current: v2 }, now),
    { v1: ['runs on web-1.prod'], v2: ['is current on web-1.prod'] },
  ],
  [
    'not what it ran once',
    (writing) => {
      writing.ran.change(hostId, { ...ran, desiredConfig: null, running: v1, current: v1 }, now)
      writing.ran.change(hostId, { ...ran, desiredConfig: null, running: v2, current: v2 }, now + 1)
    },
    { v1: [], v2: ['runs on web-1.prod'] },
  ],
  [
    'what a host is ordered to have, what it is to run, and what it can go back to',
    (writing) => {
      const deployId = deployed(writing)
      end(writing, deployId, 'failed')
      const order = { hostId, service: 'web', config: null, deployId, accepted: 0 }
      writing.assignments.assign({ ...order, digest: v2, phase: 'activate' })
    },
    { v1: ['is what web-1.prod can go back to'], v2: ['is wanted on web-1.prod'] },
  ],
  [
    'what is staged, beside what still is to run',
    (writing) => {
      const deployId = deployed(writing, { previousDigest: null })
      end(writing, deployId, 'failed')
      const order = { hostId, service: 'web', config: null, deployId, accepted: 0 }
      writing.assignments.assign({ ...order, digest: v1, phase: 'activate' })
      writing.assignments.assign({ ...order, digest: v2, phase: 'stage' })
    },
    { v1: ['is wanted on web-1.prod'], v2: ['is wanted on web-1.prod'] },
  ],
  [
    'what a deploy that waits brings, and what it may go back to',
    (writing) => void deployed(writing),
    { v1: ['is in deploy 1, which is queued'], v2: ['is in deploy 1, which is queued'] },
  ],
  [
    'what was deployed last with success in a cluster',
    (writing) => {
      end(writing, deployed(writing, { digest: v1 }), 'succeeded')
      end(writing, deployed(writing), 'failed')
    },
    { v1: ['is the last that was deployed with success in prod'], v2: [] },
  ],
  [
    'what a plan of the last day brings',
    (writing) => void writing.plans.keep(planOf(now - day / 2), undefined),
    { v1: [], v2: ['is in plan 1'] },
  ],
  ['not what an older plan brings', (writing) => void writing.plans.keep(planOf(now - day), undefined), none],
  [
    'what is being built again',
    (writing) => {
      const commit = 'c'.repeat(40)
      writing.builds.insert(newBuild({ ...exampleResolved, commit, buildConfig: v1, fresh: true, now }))
    },
    { v1: ['is being built again by build 1'], v2: [] },
  ],
])('%s is kept', async (_, arrange, expected) => {
  await store.write(arrange)
  expect(reasons()).toEqual(expected)
  const gone = await store.write((writing) => giveUp(writing).map(({ version }) => version))
  expect(gone.sort()).toEqual(Object.keys(expected).filter((version) => expected[version]?.length === 0))
})

test('a service has its own rule, the rule for all, or the default one', async () => {
  const rule = { last: 0, days: 1, tags: [], setBy: 'ann', setAt: 1 }
  await store.write((writing) => writing.keepRules.put({ ...rule, service: 'web', tags: ['v2'] }))
  expect(reasons()).toEqual({ v1: [], v2: ['is a tag'] })
  await store.write((writing) => writing.keepRules.put({ ...rule, service: 'mail', last: 5 }))
  await store.write((writing) => writing.keepRules.remove('web'))
  expect(reasons()).toEqual(none)
})

test('what was given up is there again once it is built again', async () => {
  await store.write((writing) => giveUp(writing, 'web'))
  expect(reasons()).toEqual({})
  expect(store.read.artifacts.byCommit('web', 'c'.repeat(40), v1)).toBeUndefined()
  const again = { ...store.read.artifacts.get(v1)!, version: 'v1', now }
  await store.write((writing) => writing.artifacts.insert(again))
  expect(reasons()).toEqual({ v1: ['is younger than a day'] })
  expect(store.read.artifacts.toErase('', 9)).toMatchObject([{ digest: v2 }])
})
