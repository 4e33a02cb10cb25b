import { messageOf } from '../../shared/errors.ts'
import type { Order, SignedOrder } from '../../shared/messages/order.ts'
import { expired, firstEntry, isExpired, lastAccepted, openOwnOrder } from './accept.ts'
import { cleanUp } from './clean-up.ts'
import type { Host } from './host.ts'
import { enter, eventOf, type Install } from './install.ts'
import { readJournal } from './journal.ts'
import { knownServices, recoverService } from './recover.ts'
import { runsAlready } from './release-state.ts'
import { runOrder } from './run-order.ts'
import { ServiceQueue } from './service-queue.ts'

/** How long removing old releases waits for the events of the install to be delivered, in ms. */
const deliveryLimit = 30_000

/** Where all orders come together: of one service one after another, services side by side. */
export class Installer {
  readonly #host: Host
  readonly #shutdown: AbortSignal
  readonly #queues = new Map<string, ServiceQueue>()
  /** By service, the order that came too late once: its tracker was asked for a fresh one. */
  readonly #late = new Map<string, number>()

  constructor(host: Host, shutdown: AbortSignal) {
    this.#host = host
    this.#shutdown = shutdown
  }

  /** Goes on where an interrupted grabber was. Services recover side by side; orders that come meanwhile wait for them. */
  async recover(): Promise<void> {
    const services = await knownServices(this.#host.paths)
    await Promise.all(
      services.map((service) =>
        this.#queueOf(service).add(() => recoverService(this.#host, service, this.#shutdown)),
      ),
    )
    this.#host.changed()
  }

  /** Takes an order, however often and in whatever sequence orders come. Returns at once. */
  accept(signed: SignedOrder): void {
    const arrivedAt = Date.now()
    try {
      const order = openOwnOrder(this.#host, signed)
      this.#queueOf(order.service).offer(order.seq, (superseded) =>
        this.#carryOut(signed, order, arrivedAt, superseded),
      )
    } catch (error) {
      this.#host.log.warn({ err: messageOf(error) }, 'order refused')
    }
  }

  /** Resolves once nothing is being done any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.idle()))
  }

  async #carryOut(
    signed: SignedOrder,
    order: Order,
    arrivedAt: number,
    superseded: AbortSignal,
  ): Promise<void> {
    const host = this.#host
    const last = await readJournal(host.paths, order.service, host.log)
    if (order.seq <= lastAccepted(host, last)) return
    const install: Install = { host, order, entry: await firstEntry(host, signed, order, arrivedAt) }
    if (isExpired(order, arrivedAt)) {
      this.#refuseLate(install)
    } else if (await runsAlready(host, order)) {
      await enter(install, 'skipped')
      host.changed()
    } else {
      await enter(install, 'accepted')
      await runOrder(install, { shutdown: this.#shutdown, superseded })
      host.changed()
      void this.#cleanUpLater(order.service)
    }
  }

  /**
   * A message may have been held up: the first time a fresh order is asked for. One that is late as well means that clocks differ,
   * which is told; it is not journalled, so that the order can still come once they agree.
   */
  #refuseLate({ host, order, entry }: Install): void {
    const { message } = expired(order, entry.changedAt)
    host.log.warn({ service: order.service, seq: order.seq, err: message }, 'order refused')
    if (this.#late.get(order.service) === order.seq)
      host.emit(eventOf({ ...entry, state: 'failed', error: message }, order.service))
    else host.lookNow()
    this.#late.set(order.service, order.seq)
  }

  /** After the deploy, not before or during it: creating files right after a mass deletion is slow on ext4. */
  async #cleanUpLater(service: string): Promise<void> {
    await this.#host.delivered(AbortSignal.any([this.#shutdown, AbortSignal.timeout(deliveryLimit)]))
    if (this.#shutdown.aborted) return
    await this.#queueOf(service).add(() => cleanUp(this.#host, service, this.#shutdown))
  }

  #queueOf(service: string): ServiceQueue {
    const { turn } = this.#host
    const inTurn = turn && ((job: () => Promise<void>) => turn(service, job))
    const queue = this.#queues.get(service) ?? new ServiceQueue(this.#onDefect(service), inTurn)
    this.#queues.set(service, queue)
    return queue
  }

  #onDefect(service: string): (error: unknown) => void {
    return (error) => {
      if (!this.#shutdown.aborted)
        this.#host.log.error({ err: error, service }, 'an order was left unfinished')
    }
  }
}
