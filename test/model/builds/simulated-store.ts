import { Readable } from 'node:stream'
import type { ArtifactStore, OpenedRecord, Stored } from '../../../shared/artifact-store.ts'
import type { Random } from '../../faults/random.ts'

/** Something that was asked of the store: first it happens there, then the answer arrives. */
interface Request {
  readonly what: string
  readonly happen: () => void
  readonly answer: () => void
  readonly fail: () => void
  hasHappened: boolean
}

const notModelled = (): Promise<never> => Promise.reject(new Error('no part of the model'))

/** An artifact store in memory, as the tracker uses it: each answer comes when it is let. Packers put into it at once. */
export class SimulatedStore implements ArtifactStore {
  readonly #whole = new Map<string, Stored>()
  /** Uploads that have begun, by packer and build. */
  readonly #begun = new Map<string, string>()
  readonly #now: () => number
  /** The tracker that it belongs to. */
  owner = ''
  /** Answers take a while. */
  isSlow = false
  /** How often anything was removed. */
  removals = 0
  #requests: Request[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  holds(digest: string): boolean {
    return this.#whole.has(digest)
  }

  /** Was there already. */
  add(digest: string, modifiedAt: number): void {
    this.#whole.set(digest, { key: digest, size: 1, modifiedAt })
  }

  /** What packers do: an upload is visible once it is whole. */
  begin(upload: string, digest: string): void {
    this.#begun.set(upload, digest)
  }

  complete(upload: string): void {
    const digest = this.#begun.get(upload)
    this.#begun.delete(upload)
    if (digest === undefined || this.#whole.has(digest)) return
    this.add(digest, this.#now())
  }

  /** What does not wait until it is told to. */
  get hasToAnswer(): boolean {
    return !this.isSlow && this.#requests.length > 0
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

  /** The only one that is asked for says whose the store is. */
  openRecord(): Promise<OpenedRecord> {
    const record = JSON.stringify({ v: 1, tracker: this.owner, since: 0 })
    return Promise.resolve({ stream: Readable.from([Buffer.from(record)]), size: record.length })
  }

  readonly put = notModelled
  readonly urlFor = notModelled
  readonly putRecord = notModelled
  readonly removeRecord = notModelled

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
