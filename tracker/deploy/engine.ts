import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { isEnd } from '../../shared/domain/transitions.ts'
import { deployTransitions } from '../../shared/domain/deploy-state.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/log.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Store, Writing } from '../db/store.ts'
import type { Target, TargetPhase } from '../db/targets.ts'
import type { OrderDesk } from '../fleet/order-desk.ts'
import type { Presence } from '../fleet/presence.ts'
import { decide } from './decide.ts'
import { assign, giveUp, moveDeploy } from './moves.ts'
import type { Decision } from './situation.ts'

const watchEveryMs = 1000
/** Looking at a deploy takes a fifth of the tracker's time at most; a change is noticed within half a second at the latest. */
const restPerLook = 4
const maxRestMs = 500
/** Signing thousands of orders must not keep the tracker from answering meanwhile. */
const ordersAtOnce = 100

/** Tells hosts what was decided, once that is committed. */
type Announcement = () => void | Promise<void>

/**
 * Drives every running deploy to its end. It keeps nothing in memory that matters: each time something happened (or a
 * second passed) it reads where the deploy is, asks `decide` what comes next, writes that down and only then tells the
 * hosts. So a tracker that was killed goes on where the database says.
 */
export class DeployEngine implements Disposable {
  readonly #store: Store
  readonly #desk: OrderDesk
  readonly #presence: Presence
  readonly #log: Logger
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  /** Deploys that are being looked at; true when something happened meanwhile. */
  readonly #active = new Map<number, boolean>()
  #disposed = false

  constructor(store: Store, desk: OrderDesk, presence: Presence, log: Logger, now: () => number = Date.now) {
    this.#store = store
    this.#desk = desk
    this.#presence = presence
    this.#log = log
    this.#now = now
    this.#timer = setInterval(() => this.wakeAll(), watchEveryMs)
    store.onEvents((events) => {
      const deploys = new Set(
        events.flatMap((event) => (event.deployId === undefined ? [] : [event.deployId])),
      )
      for (const id of deploys) this.wake(id)
      if (events.some((event) => event.kind === 'build.state')) this.wakeAll()
    })
  }

  wakeAll(): void {
    for (const deploy of this.#store.read.deploys.running()) this.wake(deploy.id)
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
        const took = await this.#step(deployId)
        // With thousands of hosts a look takes a while: what happens meanwhile is looked at together.
        await sleep(Math.min(took * restPerLook, maxRestMs))
      } while (this.#active.get(deployId) === true && !this.#disposed)
    } catch (error) {
      this.#log.error({ err: error, deployId }, `deploy could not be driven on: ${messageOf(error)}`)
    } finally {
      this.#active.delete(deployId)
    }
  }

  /** Looks once, and carries out what follows; returns the milliseconds that the look took. */
  async #step(deployId: number): Promise<number> {
    if (this.#disposed) return 0
    const { announce, took } = await this.#store.write((writing) => {
      const began = performance.now()
      const announce = this.#decisions(deployId).map((decision) =>
        this.#carryOut(writing, deployId, decision),
      )
      return { announce, took: performance.now() - began }
    })
    for (const tell of announce) await tell()
    return took
  }

  #decisions(deployId: number): Decision[] {
    const { deploys, targets, builds } = this.#store.read
    const deploy = deploys.get(deployId)
    if (!deploy || isEnd(deployTransitions, deploy.state)) return []
    return decide({
      deploy,
      targets: targets.list(deployId),
      build: deploy.buildId === null ? undefined : builds.get(deploy.buildId),
      isSilent: (hostId) => this.#presence.isSilent(hostId),
      now: this.#now(),
    })
  }

  /** Writes the decision down; what is returned tells the hosts, after the commit. */
  #carryOut(writing: Writing, deployId: number, decision: Decision): Announcement {
    const deploy = writing.deploys.get(deployId)
    if (!deploy) throw new Error(`deploy ${deployId} is gone`)
    switch (decision.kind) {
      case 'order':
        return this.#order(writing, deploy, decision.targets, decision.phase)
      case 'remind':
        return () => this.#desk.remind(decision.clusters)
      case 'give-up':
        giveUp(writing, deploy, decision.target, decision.state, decision.error)
        return () => undefined
      case 'move':
        moveDeploy(writing, deploy, decision.state, decision.error)
        return () => undefined
    }
  }

  #order(writing: Writing, deploy: Deploy, targets: readonly Target[], phase: TargetPhase): Announcement {
    for (const target of targets) assign(writing, deploy, target, phase)
    return async () => {
      for (const [index, target] of targets.entries()) {
        this.#desk.send(target.hostId, deploy.service)
        if (index % ordersAtOnce === ordersAtOnce - 1) await setImmediate()
      }
    }
  }
}
