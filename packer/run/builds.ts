import { PersonError } from '../../shared/errors.ts'
import type { BuildRequest } from '../artifact/commission.ts'

interface Held {
  readonly request: BuildRequest
  readonly stop: AbortController
  readonly done: Promise<void>
}

/** The builds that this packer has: as many as it has room for, of one service one at a time. What waits does so at the tracker. */
export class Builds {
  readonly #carryOut: (request: BuildRequest, signal: AbortSignal) => Promise<void>
  readonly #capacity: number
  readonly #held = new Map<number, Held>()

  /** `carryOut` builds and reports until its signal aborts; until it is done the build is held. It must not reject. */
  constructor(capacity: number, carryOut: (request: BuildRequest, signal: AbortSignal) => Promise<void>) {
    this.#capacity = capacity
    this.#carryOut = carryOut
  }

  get held(): { id: number; attempt: number }[] {
    return [...this.#held].map(([id, { request }]) => ({ id, attempt: request.attempt }))
  }

  /** Takes a build; one that is held already stays as it is. Throws `unavailable` when there is no room for it. */
  take(request: BuildRequest, onDone: () => void): void {
    const { buildId: id, source } = request
    if (this.#held.has(id)) return
    if (this.#held.size >= this.#capacity) throw noRoom(`has ${this.#capacity} builds already`)
    for (const held of this.#held.values()) {
      if (held.request.source.service === source.service)
        throw noRoom(`is building ${source.service} already`)
    }
    const stop = new AbortController()
    const done = this.#carryOut(request, stop.signal).then(() => {
      this.#held.delete(id)
      onDone()
    })
    this.#held.set(id, { request, stop, done })
  }

  /** Ends a build; resolves once nothing of it is left. One that is not held is ended already. */
  async stop(id: number): Promise<void> {
    const held = this.#held.get(id)
    held?.stop.abort()
    await held?.done
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#held.values()].map(({ done }) => done))
  }
}

const noRoom = (reason: string): PersonError =>
  new PersonError('unavailable', `This packer ${reason}.`, { hint: 'Wait, or enrol another packer.' })
