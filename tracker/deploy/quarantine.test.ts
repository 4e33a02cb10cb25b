import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DeployState } from '../../shared/domain/deploy-state.ts'
import type { InstallState } from '../../shared/domain/install-state.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { Store } from '../db/store.ts'
import type { TargetPhase } from '../db/targets.ts'
import { moveDeploy } from './moves.ts'
import { newDeploy, newTarget } from '../../test/fixtures/deploy-rows.ts'

let directory: TemporaryDirectory
let store: Store
beforeEach(async () => {
  directory = await TemporaryDirectory.create()
  store = await Store.open(join(directory.path, 'db'), () => 5000)
})
afterEach(async () => {
  store[Symbol.dispose]()
  await directory[Symbol.asyncDispose]()
})

interface Story {
  readonly canary: InstallState
  readonly phase?: TargetPhase
  readonly from?: DeployState
  readonly end: DeployState
  readonly rollbackOf?: number
}

/** A deploy of one canary that comes to an end. */
const ends = ({ canary, phase = 'activate', from = 'rolling', end, rollbackOf }: Story): Promise<void> =>
  store.write((writing) => {
    const digest = 'a'.repeat(64)
    const id = writing.deploys.insert(newDeploy({ digest, rollbackOf: rollbackOf ?? null }))
    writing.targets.insert(newTarget(id, 'web-1'))
    const [target] = writing.targets.list(id)
    writing.targets.setOrder(target!, 1, phase, 1)
    writing.targets.setState(target!, canary, 'it is sick', 1)
    writing.deploys.move(id, { state: from, error: null, endedAt: null, pausedFrom: null, now: 2 })
    moveDeploy(writing, writing.deploys.get(id)!, end, 'web-1: it is sick')
  })

const quarantined = (): string[] => store.read.quarantine.list().map(({ reason }) => reason)

test.each<[string, Story]>([
  ['a canary that went back', { canary: 'rolled-back', end: 'rolled-back' }],
  ['a canary that failed, when somebody cancels', { canary: 'failed', end: 'cancelled' }],
  [
    'a whole deploy that went back',
    { canary: 'rolled-back', phase: 'restore', from: 'rolling-back', end: 'rolled-back' },
  ],
])('%s puts the version in quarantine, and a success takes it out', async (_what, story) => {
  await ends(story)
  expect(quarantined()).toEqual(['web-1: it is sick'])
  await ends({ canary: 'committed', end: 'succeeded' })
  expect(quarantined()).toEqual([])
})

test.each<[string, Story]>([
  ['a host that could not stage', { canary: 'failed', phase: 'stage', from: 'staging', end: 'failed' }],
  ['a host out of reach', { canary: 'unreachable', end: 'partial' }],
  ['a cancelled deploy', { canary: 'committed', end: 'cancelled' }],
  ['a way back that failed', { canary: 'failed', end: 'failed', rollbackOf: 1 }],
])('%s says nothing about the version', async (_what, story) => {
  await ends(story)
  expect(quarantined()).toEqual([])
})
