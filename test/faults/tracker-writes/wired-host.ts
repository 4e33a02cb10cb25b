import { setTimeout as delay } from 'node:timers/promises'
import { NatsBus } from '../../../shared/adapters/nats-bus.ts'
import { createLogger } from '../../../shared/log.ts'
import { assignmentsCall, lookNowMessage } from '../../../shared/messages/assignments.ts'
import { hostEventsCall } from '../../../shared/messages/host-events.ts'
import { Order, orderMessage, type SignedOrder } from '../../../shared/messages/order.ts'
import { versionReportCall } from '../../../shared/messages/version-report.ts'
import type { SimulatedHost } from '../../model/simulated-host.ts'

const answerWithinMs = 1000
const restMs = 2

/** A simulated host on a real nats-server: what it says it says again until it is answered, as a grabber does. */
export class WiredHost implements AsyncDisposable {
  readonly host: SimulatedHost
  readonly #bus: NatsBus
  readonly #stopped = new AbortController()
  readonly #life: Promise<void>

  private constructor(host: SimulatedHost, bus: NatsBus, cluster: string) {
    this.host = host
    this.#bus = bus
    bus.subscribe(orderMessage, { host: host.id }, (signed) => this.#accept(signed))
    bus.subscribe(lookNowMessage, { cluster }, ({ restarted }) => {
      if (restarted) host.reconnected()
      else host.hasToAsk = true
    })
    this.#life = this.#live()
  }

  static async connect(url: string, host: SimulatedHost, seed: string, cluster: string): Promise<WiredHost> {
    const bus = await NatsBus.connect({ url, id: host.id, seed, log: createLogger('test', 'silent') })
    return new WiredHost(host, bus, cluster)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort()
    await this.#life
    await this.#bus[Symbol.asyncDispose]()
  }

  #accept({ payload }: SignedOrder): void {
    this.host.accept(Order.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))), Date.now())
  }

  async #live(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      this.host.act(Date.now())
      // While the tracker is away nothing is answered: it is all said again.
      await this.#speak().catch(() => undefined)
      await delay(restMs)
    }
  }

  async #speak(): Promise<void> {
    const { host } = this
    if (host.outbox.length > 0) await this.#deliver()
    if (host.hasToReport) await this.#report()
    if (!host.hasToAsk) return
    const { orders } = await this.#bus.call(assignmentsCall, { host: host.id }, { v: 1 }, answerWithinMs)
    host.asked(Date.now())
    for (const order of orders) this.#accept(order)
  }

  async #deliver(): Promise<void> {
    const events = [...this.host.outbox]
    await this.#bus.call(hostEventsCall, { host: this.host.id }, { v: 1, events }, answerWithinMs)
    this.host.stored(new Set(events.map(({ id }) => id)))
  }

  async #report(): Promise<void> {
    const { host } = this
    try {
      await this.#bus.call(versionReportCall, { host: host.id }, host.report(Date.now()), answerWithinMs)
    } catch (error) {
      host.hasToReport = true
      throw error
    }
  }
}
