import { setTimeout as sleep } from 'node:timers/promises'
import { deployTransitions } from '../../shared/domain/deploy-state.ts'
import type { Event } from '../../shared/domain/event.ts'
import { isAtRest } from '../../shared/domain/install-state.ts'
import { isEnd } from '../../shared/domain/transitions.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/log.ts'
import type { Store } from '../db/store.ts'
import type { OrderDesk } from '../fleet/order-desk.ts'
import type { Presence } from '../fleet/presence.ts'
import { lookAt, type Lookout } from './look.ts'

const watchEveryMs = 1000
/** Looking at a deploy takes half of the tracker's time at most; a change is noticed within half a second at the latest. */
const restPerLook = 1
const maxRestMs = 500

/** On the way to one of these nothing is decided, but by time. */
const isNews = (event: Event): boolean =>
  event.kind !== 'install.state' ||
  isAtRest(event.data.state) ||
  event.data.state === 'staged' ||
  event.data.state === 'unreachable'

/** A build that others wait for too, or an end that makes room for those in the queue. */
const concernsOthers = (event: Event): boolean =>
  event.kind === 'build.state' ||
  (event.kind === 'deploy.state' && isEnd(deployTransitions, event.data.state))

/**
 * Drives every running deploy to its end. It keeps nothing in memory that matters: each time something happened (or a
 * second passed) it reads where the deploy is, asks `decide` what comes next, writes that down and only then tells the
 * hosts. So a tracker that was killed goes on where the database says.
 */
export class DeployEngine implements Disposable {
  readonly #lookout: Lookout
  readonly #log: Logger
  readonly #timer: NodeJS.Timeout
  /** Deploys that are being looked at; true when something happened meanwhile. */
  readonly #active = new Map<number, boolean>()
  #disposed = false

  constructor(store: Store, desk: OrderDesk, presence: Presence, log: Logger, now: () => number = Date.now) {
    this.#lookout = { store, desk, presence, now }
    this.#log = log
    this.#timer = setInterval(() => this.wakeAll(), watchEveryMs)
    store.onEvents((events) => {
      const deploys = new Set(
        events.filter(isNews).flatMap((event) => (event.deployId === undefined ? [] : [event.deployId])),
      )
      for (const id of deploys) this.wake(id)
      if (events.some(concernsOthers)) this.wakeAll()
    })
  }

  wakeAll(): void {
    for (const deploy of this.#lookout.store.read.deploys.running()) this.wake(deploy.id)
  }

  wake(deployId: number): void {
    if (this.#disposed) return
    if (this.#active.has(deployId)) {
      this.#active.set(deployId, true)
      return
    }
    this.#active.set(deployId, false)
    void this.#drive(deployId)
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    clearInterval(this.#timer)
  }

  async #drive(deployId: number): Promise<void> {
    try {
      do {
        this.#active.set(deployId, false)
        const took = await this.#look(deployId)
        // With thousands of hosts a look takes a while: what happens meanwhile is looked at together.
        await sleep(Math.min(took * restPerLook, maxRestMs))
      } while (this.#active.get(deployId) === true && !this.#disposed)
    } catch (error) {
      this.#log.error({ err: error, deployId }, `deploy could not be driven on: ${messageOf(error)}`)
    } finally {
      this.#active.delete(deployId)
    }
  }

  /** Looks once, and tells the hosts what follows; returns the milliseconds that the look took. */
  async #look(deployId: number): Promise<number> {
    if (this.#disposed) return 0
    const { announce, took } = await lookAt(this.#lookout, deployId)
    for (const tell of announce) await tell()
    return took
  }
}
