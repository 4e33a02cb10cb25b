import { PersonError } from '../shared/errors.ts'
import type { BuildRequest } from './build-artifact.ts'
import { Serialiser } from './serialise.ts'

const maxAtOnce = 2
const maxHeld = 100

/** The builds that this packer has taken: two at a time, of one service one at a time. */
export class Builds {
  readonly #carryOut: (request: BuildRequest) => Promise<void>
  readonly #held = new Map<number, Promise<void>>()
  readonly #byService = new Serialiser()
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** `carryOut` builds and reports; until it is done the build is held. It must not reject. */
  constructor(carryOut: (request: BuildRequest) => Promise<void>) {
    this.#carryOut = carryOut
  }

  get ids(): number[] {
    return [...this.#held.keys()]
  }

  /** Takes a build; one that is held already stays as it is. Throws `unavailable` when too many are held. */
  take(request: BuildRequest): void {
    if (this.#held.has(request.buildId)) return
    if (this.#held.size >= maxHeld) {
      throw new PersonError('unavailable', `This packer has ${maxHeld} builds to do already.`, {
        hint: 'Wait, or enrol another packer.',
      })
    }
    const done = this.#byService
      .run(request.source.service, () => this.#inTurn(() => this.#carryOut(request)))
      .finally(() => this.#held.delete(request.buildId))
    this.#held.set(request.buildId, done)
  }

  async settled(): Promise<void> {
    await Promise.all(this.#held.values())
  }

  async #inTurn(task: () => Promise<void>): Promise<void> {
    if (this.#running >= maxAtOnce) await new Promise<void>((go) => this.#waiting.push(go))
    else this.#running += 1
    try {
      await task()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}
