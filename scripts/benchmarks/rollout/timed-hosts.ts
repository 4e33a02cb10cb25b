import { setTimeout as delay } from 'node:timers/promises'
import type { NatsBus } from '../../../shared/adapters/nats-bus.ts'
import type { Order } from '../../../shared/messages/order.ts'
import { report, tell } from '../fleet/simulated-hosts.ts'

/** How long each phase takes on the slowest host, to the millisecond: what a deploy takes beyond that is the engine's. */
export const ownMs = { stage: 300, activate: 200 } as const

/** When things happened in the deploy under way, in ms of `performance.now`. */
export class Moments {
  readonly #hosts: readonly string[]
  #lastStaged = 0
  #firstOrder: number | undefined

  constructor(hosts: readonly string[]) {
    this.#hosts = hosts
  }

  /** From the last host's learning that the tracker knows it to be staged to the first order to activate reaching its host. */
  get gap(): number {
    return (this.#firstOrder ?? Infinity) - this.#lastStaged
  }

  reset(): void {
    this.#lastStaged = 0
    this.#firstOrder = undefined
  }

  readonly carryOut = async (bus: NatsBus, order: Order): Promise<void> => {
    if (order.phase === 'stage') await this.#stage(bus, order)
    else await this.#activate(bus, order)
  }

  async #stage(bus: NatsBus, order: Order): Promise<void> {
    const own = ownMs.stage * (1 - this.#headStartOf(order.host))
    await Promise.all([tell(bus, order, ['accepted', 'fetching']), delay(own)])
    await tell(bus, order, ['verifying', 'unpacking', 'staged'])
    this.#lastStaged = Math.max(this.#lastStaged, performance.now())
  }

  /** Hosts are not all done in the same instant: only the first one takes the whole time, the last half of it. */
  #headStartOf(host: string): number {
    return this.#hosts.indexOf(host) / this.#hosts.length / 2
  }

  async #activate(bus: NatsBus, order: Order): Promise<void> {
    this.#firstOrder ??= performance.now()
    await Promise.all([tell(bus, order, ['accepted', 'stopping']), delay(ownMs.activate)])
    await tell(bus, order, ['switching', 'starting', 'checking', 'committed'])
    await report(bus, order.host, [order])
  }
}
