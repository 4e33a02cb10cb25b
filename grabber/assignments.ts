import { setTimeout as delay } from 'node:timers/promises'
import type { NatsBus } from '../shared/adapters/nats-bus.ts'
import { messageOf } from '../shared/errors.ts'
import { backoff, Doorbell, jittered } from '../shared/host/doorbell.ts'
import type { Logger } from '../shared/log.ts'
import { assignmentsCall, lookNowMessage } from '../shared/messages/assignments.ts'
import { orderMessage, type SignedOrder } from '../shared/messages/order.ts'
import type { HostIdentity } from './identity.ts'
import type { Calls } from './uplink.ts'

const everyMs = 60_000
const answerLimit = 15_000
/** All hosts of a cluster hear the same message: they do not ask in the same instant. */
const spreadMs = 300

/** What this host should have: heard as it is ordered, and asked for because no message is ever precious. */
export class Assignments {
  readonly #identity: HostIdentity
  readonly #accept: (signed: SignedOrder) => void
  readonly #log: Logger
  readonly #bell = new Doorbell()

  constructor(identity: HostIdentity, accept: (signed: SignedOrder) => void, log: Logger) {
    this.#identity = identity
    this.#accept = accept
    this.#log = log
  }

  /** Asks now, or as soon as the question under way is answered. */
  lookNow(): void {
    this.#bell.ring()
  }

  /** `onRestart` is called when the tracker says that it was started again. */
  subscribe(bus: NatsBus, onRestart: () => void, signal: AbortSignal): void {
    bus.subscribe(orderMessage, { host: this.#identity.id }, this.#accept)
    bus.subscribe(lookNowMessage, { cluster: this.#identity.cluster }, ({ restarted }) => {
      void delay(Math.random() * spreadMs, undefined, { signal }).then(
        () => (restarted ? onRestart() : this.lookNow()),
        () => undefined,
      )
    })
  }

  /** Asks at once, every minute, and whenever something says so, until `signal` is aborted. */
  async run(tracker: Calls, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      failures = (await this.#ask(tracker)) ? 0 : failures + 1
      await this.#bell.wait(failures === 0 ? jittered(everyMs) : backoff(failures), signal)
    }
  }

  async #ask(tracker: Calls): Promise<boolean> {
    try {
      const host = { host: this.#identity.id }
      let after: string | undefined
      do {
        const { orders, next } = await tracker.call(assignmentsCall, host, { v: 1, after }, answerLimit)
        orders.forEach(this.#accept)
        // Names only grow: this comes to an end whatever is answered.
        after = next !== undefined && next > (after ?? '') ? next : undefined
      } while (after !== undefined)
      return true
    } catch (error) {
      this.#log.warn({ err: messageOf(error) }, 'assignments not heard yet')
      return false
    }
  }
}
