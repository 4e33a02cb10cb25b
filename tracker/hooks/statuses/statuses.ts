import type { Event } from '../../../shared/domain/event.ts'
import { Couriers, patience } from '../../notify/couriers.ts'
import { StatusCourier, type StatusContext } from './courier.ts'

/** Tells forges how builds and deploys of their commits go: a courier for each hook that has a token for it. */
export class Statuses implements Disposable {
  readonly #store: StatusContext['store']
  readonly #couriers: Couriers<StatusCourier>

  constructor(context: Omit<StatusContext, keyof typeof patience>, pace = patience) {
    this.#store = context.store
    this.#couriers = new Couriers((id) => new StatusCourier({ ...context, ...pace }, id))
    context.store.onEvents((events) => {
      if (events.some(isNews)) this.look()
    })
  }

  /** Lets all look for news, also those hooks that are new. */
  look(): void {
    this.#couriers.look(this.#store.read.hooks.list().filter(({ statusesTo }) => statusesTo !== null))
  }

  [Symbol.dispose](): void {
    this.#couriers[Symbol.dispose]()
  }
}

const isNews = ({ kind }: Event): boolean => kind === 'build.state' || kind === 'deploy.state'
