import type { ArtifactStore, Stored } from '../../../shared/artifact-store.ts'
import type { Random } from '../../faults/random.ts'

/** Something that was asked of the store: first it happens there, then the answer arrives. */
interface Request {
  readonly what: string
  readonly happen: () => void
  readonly answer: () => void
  readonly fail: () => void
  hasHappened: boolean
}

/** An artifact store in memory, as the tracker uses it: each answer comes when it is let. Packers put into it at once. */
export class SimulatedStore implements Pick<ArtifactStore, 'has' | 'remove' | 'list' | 'removeLeftovers'> {
  readonly #whole = new Map<string, Stored>()
  /** Uploads that have begun, by packer and build. */
  readonly #begun = new Map<string, string>()
  readonly #now: () => number
  /** How often anything was removed. */
  removals = 0
  #requests: Request[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  holds(digest: string): boolean {
    return this.#whole.has(digest)
  }

  /** What packers do: an upload is visible once it is whole. */
  begin(upload: string, digest: string): void {
    this.#begun.set(upload, digest)
  }

  complete(upload: string): void {
    const digest = this.#begun.get(upload)
    this.#begun.delete(upload)
    if (digest === undefined || this.#whole.has(digest)) return
    this.#whole.set(digest, { key: digest, size: 1, modifiedAt: this.#now() })
  }

  get isIdle(): boolean {
    return this.#requests.length === 0
  }

  /** One step of something that was asked; says of what. */
  answerAny(random: Random): string | undefined {
    const request = this.#any(random)
    if (!request) return undefined
    if (!request.hasHappened) {
      request.happen()
      request.hasHappened = true
      return `${request.what} happens`
    }
    this.#requests = this.#requests.filter((other) => other !== request)
    request.answer()
    return `${request.what} is answered`
  }

  /** It may have happened all the same. */
  failAny(random: Random): string | undefined {
    const request = this.#any(random)
    if (!request) return undefined
    this.#requests = this.#requests.filter((other) => other !== request)
    request.fail()
    return request.what
  }

  /** Who asked is gone; what was sent happens. */
  forgetAskers(): void {
    for (const request of this.#requests.splice(0)) if (!request.hasHappened) request.happen()
  }

  has(digest: string): Promise<boolean> {
    let isThere = false
    return this.#request(
      `has ${digest.slice(0, 4)}`,
      () => (isThere = this.#whole.has(digest)),
      () => isThere,
    )
  }

  async remove(digest: string): Promise<void> {
    await this.#request(
      `remove ${digest.slice(0, 4)}`,
      () => {
        this.#whole.delete(digest)
        this.removals++
      },
      () => undefined,
    )
  }

  /** Records are no part of the model. */
  async *list(what: 'artifacts' | 'logs' | 'records'): AsyncIterable<Stored> {
    let found: readonly Stored[] = []
    await this.#request(
      `list ${what}`,
      () => (found = what === 'artifacts' ? [...this.#whole.values()] : []),
      () => undefined,
    )
    yield* found
  }

  removeLeftovers(): Promise<number> {
    return Promise.resolve(0)
  }

  #any(random: Random): Request | undefined {
    return this.#requests.length === 0 ? undefined : random.pick(this.#requests)
  }

  #request<Answer>(what: string, happen: () => void, answer: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#requests.push({
        ...{ what, happen, hasHappened: false },
        answer: () => resolve(answer()),
        fail: () => reject(new Error('the store does not answer')),
      })
    })
  }
}
