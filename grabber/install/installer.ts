import { setMaxListeners } from 'node:events'
import { messageOf } from '../../shared/errors.ts'
import type { InstallState } from '../../shared/domain/install-state.ts'
import type { JournalEntry } from '../../shared/host/journal.ts'
import type { Order, SignedOrder } from '../../shared/messages/order.ts'
import { isSameEdition } from '../../shared/host/edition.ts'
import { signalWithin } from '../../shared/time-limit.ts'
import { keepConfig } from '../releases/config-store.ts'
import { expired, firstEntry, isExpired, lastAccepted, openOwnOrder } from './accept.ts'
import { cleanUp } from './clean-up.ts'
import type { Host } from './host.ts'
import { enter, eventOf, openInstall, type Install } from './install.ts'
import { readJournal } from './journal.ts'
import { knownServices, recoverService } from './recover.ts'
import { runsAlready } from './release-state.ts'
import { runOrder } from './run-order.ts'
import { ServiceQueue } from './service-queue.ts'
import { diesEarly, goBack, watchIn } from './watch-over.ts'

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
    // Every service may wait for it, and a host has many: Node takes more than ten for a leak.
    setMaxListeners(0, shutdown)
  }

  /** Goes on where an interrupted grabber was. Services recover side by side; orders that come meanwhile wait for them. */
  async recover(): Promise<void> {
    const services = await knownServices(this.#host.paths)
    await Promise.all(
      services.map((service) =>
        this.#queueOf(service).add(async () => {
          await recoverService(this.#host, service, this.#shutdown)
          await this.#watchOver(service)
        }),
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
    const entry = await firstEntry(host, signed, order, last, arrivedAt)
    const install = await openInstall(host, order, entry)
    if (isExpired(order, arrivedAt)) {
      this.#refuseLate(install)
    } else if (await runsAlready(host, order)) {
      install.entry = stillWatched(entry, last)
      if (await this.#take(install, 'skipped')) host.changed()
    } else if (await this.#take(install, 'accepted')) {
      await runOrder(install, { shutdown: this.#shutdown, superseded })
      host.changed()
      void this.#cleanUpLater(order.service)
    }
    await this.#watchOver(order.service)
  }

  /** What cannot be written down is not accepted, as nobody would know of it after a crash; its tracker is told, and may ask again. */
  async #take(install: Install, state: InstallState): Promise<boolean> {
    const { host, order, entry } = install
    try {
      if (order.config) await keepConfig(host.paths, order.service, order.config)
      await enter(install, state)
      return true
    } catch (error) {
      const why = `The order could not be written down: ${messageOf(error)}.`
      host.log.error({ service: order.service, seq: order.seq, err: messageOf(error) }, 'order refused')
      host.emit(eventOf({ ...entry, state: 'failed', error: why }, order.service))
      return false
    }
  }

  /** For as long as the journal says so, the death of what was committed brings the release of before back. */
  async #watchOver(service: string): Promise<void> {
    const entry = await readJournal(this.#host.paths, service, this.#host.log)
    const watch = entry && watchIn(this.#host, entry)
    if (!watch) return
    void diesEarly(this.#host, service, watch, this.#shutdown).then(async (early) => {
      if (early) await this.#queueOf(service).add(() => this.#goBack(service, entry))
    }, this.#onDefect(service))
  }

  async #goBack(service: string, watched: JournalEntry): Promise<void> {
    const host = this.#host
    const entry = await readJournal(host.paths, service, host.log)
    if (entry?.seq !== watched.seq || entry.state !== watched.state) return
    await goBack(host, entry, this.#shutdown)
    host.changed()
    void this.#cleanUpLater(service)
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
    await this.#host.delivered(signalWithin(deliveryLimit, this.#shutdown))
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

/** An order for what was committed just now finds it running: it is watched on, and the way back stays the same. */
const stillWatched = (entry: JournalEntry, last: JournalEntry | undefined): JournalEntry => {
  if (last?.watch === undefined || !isSameEdition(last.next, entry.next)) return entry
  const { previous: _, ...rest } = entry
  return { ...rest, watch: last.watch, ...(last.previous === undefined ? {} : { previous: last.previous }) }
}
