import { describe, expect, test } from 'vitest'
import {
  DeployControl,
  deployControls,
  DeployState,
  deployTransitions,
} from '../../../shared/domain/deploy-state.ts'
import { isEnd } from '../../../shared/domain/transitions.ts'
import { defaultRollout } from '../../../shared/domain/rollout.ts'
import { TemporaryDirectory } from '../../../test/dev-env/temporary-directory.ts'
import { join } from 'node:path'
import { Store } from '../../db/store.ts'
import { controlDeploy } from './controls.ts'
import { newDeploy, newTarget } from '../../../test/fixtures/deploy-rows.ts'

const beforeRolling: readonly DeployState[] = ['queued', 'planned', 'building', 'staging']

/** One deploy of two hosts: its canary done if it came that far, its second batch not begun. */
class Room implements AsyncDisposable {
  readonly store: Store
  readonly #directory: TemporaryDirectory

  private constructor(store: Store, directory: TemporaryDirectory) {
    this.store = store
    this.#directory = directory
  }

  static async with(state: DeployState): Promise<Room> {
    const directory = await TemporaryDirectory.create()
    const store = await Store.open(join(directory.path, 'db'), () => 5000)
    await store.write((writing) => {
      const id = writing.deploys.insert(
        newDeploy({ rollout: { ...defaultRollout, pause_after_canary: true } }),
      )
      for (const [batch, name] of ['web-1', 'web-2'].entries())
        writing.targets.insert(newTarget(id, name, { batch }))
      const [canary] = writing.targets.list(id)
      if (!beforeRolling.includes(state)) {
        writing.targets.setOrder(canary!, 1, 'activate', 1)
        writing.targets.setState(canary!, 'committed', null, 1)
        writing.targets.confirm(canary!, 1)
      }
      writing.deploys.move(id, {
        state,
        error: null,
        endedAt: isEnd(deployTransitions, state) ? 2 : null,
        pausedFrom: state === 'paused' ? 'rolling' : null,
        now: 2,
      })
    })
    return new Room(store, directory)
  }

  get deploy() {
    return this.store.read.deploys.get(1)!
  }

  ask(control: DeployControl): Promise<void> {
    const author = { createdBy: 'ann', reason: 'because', force: false, queue: false, ignoreFreeze: false }
    return this.store.write((writing) => void controlDeploy(this.store, 1, control, author)(writing))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.store[Symbol.dispose]()
    await this.#directory[Symbol.asyncDispose]()
  }
}

describe.each(DeployControl.options)('%s', (control) => {
  test.each(DeployState.options)('of a deploy that is %s', async (state) => {
    await using room = await Room.with(state)
    const { acts, isSo } = deployControls[control]
    const asked = room.ask(control)
    if (!acts.includes(state) && !isSo.includes(state)) {
      await expect(asked).rejects.toMatchObject({ code: 'conflict' })
      expect(room.deploy.state).toBe(state)
      return
    }
    await asked
    const then = room.deploy
    if (isSo.includes(state)) expect(then.state).toBe(state)
    else if (then.state !== state) expect(deployTransitions[state]).toContain(then.state)
    // Asked for again at once, before anything else happened, it changes nothing more.
    await room.ask(control).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'conflict' })
    })
    expect(room.deploy).toEqual(then)
  })
})

test('a pause and an end say who did that, and where all hosts were', async () => {
  await using room = await Room.with('rolling')
  await room.ask('pause')
  await room.ask('cancel')
  const news = room.store.read.events.list({}, 0, 10).map(({ data }) => data)
  expect(news).toMatchObject([
    { state: 'paused', by: 'ann', counts: expect.anything() as unknown },
    { state: 'cancelled', by: 'ann', counts: expect.anything() as unknown },
  ])
})

test.each(['resume', 'promote'] as const)('%s lets the batch after the canary begin', async (control) => {
  await using room = await Room.with('paused')
  await room.ask(control)
  expect(room.deploy).toMatchObject({ state: 'rolling', clearedThrough: 0, pausedFrom: null })
})

test('a promotion that comes late, when the next batch is at it, does not open the gate behind that one', async () => {
  await using room = await Room.with('rolling')
  await room.store.write((writing) => {
    const [, second] = writing.targets.list(1)
    writing.targets.setOrder(second!, 1, 'activate', 1)
    writing.targets.setState(second!, 'checking', null, 1)
  })
  await room.ask('promote')
  expect(room.deploy.clearedThrough).toBe(-1)
})

test('a deploy that has touched no host is cancelled instead of rolled back', async () => {
  await using room = await Room.with('rolling')
  await room.store.write((writing) => {
    const [canary] = writing.targets.list(1)
    writing.targets.setOrder(canary!, 2, 'stage', 1)
    writing.targets.setState(canary!, 'staged', null, 1)
  })
  await room.ask('rollback')
  expect(room.deploy).toMatchObject({ state: 'cancelled', error: 'Rolled back by ann: because.' })
})
