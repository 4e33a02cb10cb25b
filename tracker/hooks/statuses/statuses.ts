import type { Event } from '../../../shared/domain/event.ts'
import { StatusCourier, type StatusContext } from './courier.ts'

/** For one try, and between two. */
const patience = { withinMs: 10_000, firstPauseMs: 1000, longestPauseMs: 15 * 60_000 }

/** Tells forges how builds and deploys of their commits go: a courier for each hook that has a token for it. */
export class Statuses implements Disposable {
  readonly #context: StatusContext
  readonly #couriers = new Map<number, StatusCourier>()
  #isDisposed = false

  constructor(context: Omit<StatusContext, keyof typeof patience>, pace = patience) {
    this.#context = { ...context, ...pace }
    context.store.onEvents((events) => {
      if (events.some(isNews)) this.look()
    })
  }

  /** Sends couriers out for those hooks that have none, ends those of removed ones, and lets all others look for news. */
  look(): void {
    if (this.#isDisposed) return
    const hooks = this.#context.store.read.hooks.list().filter(({ statusesTo }) => statusesTo !== null)
    const ids = new Set(hooks.map(({ id }) => id))
    for (const id of ids) if (!this.#couriers.has(id)) void this.#sendOut(id)
    for (const [id, courier] of this.#couriers) {
      if (ids.has(id)) courier.ring()
      else courier.stop()
    }
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    for (const courier of this.#couriers.values()) courier.stop()
  }

  async #sendOut(id: number): Promise<void> {
    const courier = new StatusCourier(this.#context, id)
    this.#couriers.set(id, courier)
    await courier.run()
    this.#couriers.delete(id)
  }
}

const isNews = ({ kind }: Event): boolean => kind === 'build.state' || kind === 'deploy.state'
