import { messageOf } from '../../shared/errors.ts'
import { backoff, Doorbell } from '../../shared/host/doorbell.ts'
import type { Logger } from '../../shared/log.ts'
import type { Notifier } from '../db/notifiers.ts'
import type { Store } from '../db/store.ts'
import { deliver, type Delivering } from './deliver.ts'
import { giveUpOld } from './give-up.ts'
import { nextNews, type News } from './next-news.ts'
import { notificationOf } from './notification.ts'

export interface CourierContext extends Delivering {
  readonly store: Store
  readonly publicUrl: () => string
  readonly log: Logger
  /** Between two tries, in ms: at first, and at most. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
}

/** Each event rings, so nothing waits for this. */
const lookAgainMs = 60_000

/**
 * Tells one notifier its news: in order, one at a time, each until it has arrived or is given up. How far it came is in the
 * database, so another one goes on there after a restart; what arrived just before that may arrive again, with the same number.
 */
export class Courier {
  readonly #context: CourierContext
  readonly #id: number
  readonly #news = new Doorbell()
  readonly #mended = new Doorbell()
  readonly #end = new AbortController()
  #failures = 0

  constructor(context: CourierContext, id: number) {
    this.#context = context
    this.#id = id
  }

  /** Something happened. */
  ring(): void {
    this.#news.ring()
  }

  /** What failed should go well now: it is tried at once. */
  hurry(): void {
    this.#mended.ring()
  }

  /** Ends what is under way too. */
  stop(): void {
    this.#end.abort()
  }

  /** Until it is stopped, or its notifier is removed. */
  async run(): Promise<void> {
    const { signal } = this.#end
    for (let isThere = true; isThere && !signal.aborted;) {
      isThere = await this.#goOn().catch((error: unknown) => this.#rest(error))
    }
  }

  /** Takes one step; false when the notifier is removed. */
  async #goOn(): Promise<boolean> {
    const { store } = this.#context
    const notifier = store.read.notifiers.get(this.#id)
    if (!notifier) return false
    const next = nextNews(store.read, notifier, notifier.toldThrough)
    if ('news' in next) await this.#tell(notifier, next.news)
    else if (next.isAll) await this.#news.wait(lookAgainMs, this.#end.signal)
    else await store.write((writing) => writing.notifiers.skip(notifier.id, next.noneThrough))
    return true
  }

  async #tell(notifier: Notifier, { event, outcome, deploy }: News): Promise<void> {
    const { store, publicUrl } = this.#context
    const { signal } = this.#end
    try {
      const notification = notificationOf(event, outcome, deploy, publicUrl())
      await deliver(this.#context, notifier, notification, `${notifier.id}-${event.seq}`, signal)
    } catch (error) {
      if (!signal.aborted) await this.#failed(notifier, messageOf(error))
      return
    }
    this.#failures = 0
    if (!signal.aborted)
      await store.write((writing) => writing.notifiers.told(notifier.id, event.seq, writing.now))
  }

  async #failed({ id, name }: Notifier, error: string): Promise<void> {
    const { store, log, firstPauseMs, longestPauseMs } = this.#context
    const givenUp = await store.write((writing) => {
      writing.notifiers.failed(id, error, writing.now)
      const notifier = writing.notifiers.get(id)
      return notifier === undefined ? 0 : giveUpOld(writing, notifier, error)
    })
    this.#failures += 1
    log.warn({ notifier: name, failures: this.#failures, givenUp }, `notification did not arrive: ${error}`)
    await this.#mended.wait(backoff(this.#failures, firstPauseMs, longestPauseMs), this.#end.signal)
  }

  /** The database could not be written, as when its disk is full. */
  async #rest(error: unknown): Promise<true> {
    const { log, longestPauseMs } = this.#context
    log.error({ err: error, notifier: this.#id }, `notifications do not go on: ${messageOf(error)}`)
    await this.#mended.wait(longestPauseMs, this.#end.signal)
    return true
  }
}
