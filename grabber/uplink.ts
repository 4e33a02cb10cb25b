import type { NatsBus } from '../shared/adapters/nats-bus.ts'
import { PersonError } from '../shared/errors.ts'

/** What is asked of the tracker. */
export type Calls = Pick<NatsBus, 'call'>

/**
 * The way to the tracker, also before it is open. A question that was under way when the connection was lost, or when the tracker
 * was killed, is never answered: it fails as soon as they are back, and is asked again, instead of holding everything up for its
 * whole time limit.
 */
export class Uplink implements Calls {
  readonly #bus: Promise<NatsBus>
  readonly #waiting = new Set<(error: unknown) => void>()

  constructor(bus: Promise<NatsBus>) {
    this.#bus = bus
  }

  call: NatsBus['call'] = async (...question) => {
    const bus = await this.#bus
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      bus
        .call(...question)
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(reject))
    })
  }

  /** Gives up the questions that went out before. */
  reconnected(): void {
    for (const reject of this.#waiting)
      reject(new PersonError('unavailable', 'The connection or the tracker was lost meanwhile.'))
  }
}
