/** Tells one addressee its news, until it is stopped or the addressee is gone. */
interface Courier {
  /** Something happened. */
  ring(): void
  stop(): void
  run(): Promise<void>
}

/** For one try, and between two, in ms. */
export const patience = { withinMs: 10_000, firstPauseMs: 1000, longestPauseMs: 15 * 60_000 }

/** A courier for each addressee, by its id. */
export class Couriers<Each extends Courier> implements Disposable {
  readonly #make: (id: number) => Each
  readonly #couriers = new Map<number, Each>()
  #isDisposed = false

  constructor(make: (id: number) => Each) {
    this.#make = make
  }

  get(id: number): Each | undefined {
    return this.#couriers.get(id)
  }

  /** Sends couriers out to those who have none, ends those of who is gone, and lets all others look for news. */
  look(wanted: readonly { readonly id: number }[]): void {
    if (this.#isDisposed) return
    const ids = new Set(wanted.map(({ id }) => id))
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
    const courier = this.#make(id)
    this.#couriers.set(id, courier)
    await courier.run()
    this.#couriers.delete(id)
  }
}
