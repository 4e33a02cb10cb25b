import { randomBytes, randomUUID } from 'node:crypto'
import { messageOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/log.ts'
import type { Notifier } from '../db/notifiers.ts'
import type { Store } from '../db/store.ts'
import { Courier, type CourierContext } from './courier.ts'
import { Couriers, patience } from './couriers.ts'
import { deliver } from './deliver.ts'
import { sealWebhook } from './sealed-webhook.ts'

export interface NotificationsContext {
  readonly store: Store
  /** Opens what is sealed of notifiers. */
  readonly key: string
  readonly publicUrl: () => string
  readonly log: Logger
}

/** Tells webhooks how deploys end: a courier for each. */
export class Notifications implements Disposable {
  readonly #context: CourierContext
  readonly #couriers: Couriers<Courier>
  readonly #end = new AbortController()

  constructor(context: NotificationsContext, now: () => number = Date.now, pace = patience) {
    this.#context = { ...context, ...pace, now }
    this.#couriers = new Couriers((id) => new Courier(this.#context, id))
    context.store.onEvents((events) => {
      if (events.some(({ kind }) => kind === 'deploy.state')) this.look()
    })
  }

  /** Lets all look for news, also those that are new. */
  look(): void {
    if (!this.#end.signal.aborted) this.#couriers.look(this.#context.store.read.notifiers.list())
  }

  /** What is stored of a webhook, and the key of its signatures. */
  seal(name: string, url: string): { readonly sealed: Buffer; readonly secret: string } {
    const secret = `ats_${randomBytes(32).toString('base64url')}`
    return { sealed: sealWebhook({ url, secret }, name, this.#context.key), secret }
  }

  /** Says why a test did not arrive; nothing when it did, and then what waits is tried again at once. */
  async test(notifier: Notifier, who: string): Promise<string | undefined> {
    const { publicUrl, now } = this.#context
    const text = `A test of ${notifier.name}: what AppTracker has to tell arrives here.`
    const test = { v: 1, kind: 'test', text, who, url: publicUrl(), at: now() } as const
    try {
      await deliver(this.#context, notifier, test, `${notifier.id}-test-${randomUUID()}`, this.#end.signal)
    } catch (error) {
      return messageOf(error)
    }
    this.#couriers.get(notifier.id)?.hurry()
    return undefined
  }

  [Symbol.dispose](): void {
    this.#end.abort()
    this.#couriers[Symbol.dispose]()
  }
}
