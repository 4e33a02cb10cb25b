import { PersonError } from '../../shared/errors.ts'

/** Does something about an order; `superseded` is aborted once a newer order waits. */
export type OrderJob = (superseded: AbortSignal) => Promise<void>

/** What is done about one service, one after another. Of the orders that wait only the newest counts. */
export class ServiceQueue {
  readonly #onError: (error: unknown) => void
  readonly #inTurn: (job: () => Promise<void>) => Promise<void>
  #tail: Promise<void> = Promise.resolve()
  #waiting: { seq: number; job: OrderJob } | undefined
  #running: { seq: number; superseded: AbortController } | undefined

  /** `inTurn` may put a job off for what goes on elsewhere on the host. */
  constructor(
    onError: (error: unknown) => void,
    inTurn = (job: () => Promise<void>): Promise<void> => job(),
  ) {
    this.#onError = onError
    this.#inTurn = inTurn
  }

  /** Does `job` in its turn; what it throws is reported and is nobody else's problem. */
  add(job: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(() => this.#inTurn(job)).catch(this.#onError)
    return this.#tail
  }

  /** Does the job of an order in its turn, unless a newer one comes first. An older or the same one is dropped. */
  offer(seq: number, job: OrderJob): void {
    const newest = Math.max(this.#waiting?.seq ?? 0, this.#running?.seq ?? 0)
    if (seq <= newest) return
    this.#running?.superseded.abort(supersededBy(this.#running.seq, seq))
    const isFirst = this.#waiting === undefined
    this.#waiting = { seq, job }
    if (isFirst) void this.add(() => this.#doWaiting())
  }

  idle(): Promise<void> {
    return this.#tail
  }

  async #doWaiting(): Promise<void> {
    const next = this.#waiting
    this.#waiting = undefined
    if (!next) return
    const superseded = new AbortController()
    this.#running = { seq: next.seq, superseded }
    try {
      await next.job(superseded.signal)
    } finally {
      this.#running = undefined
    }
  }
}

const supersededBy = (seq: number, newer: number): PersonError =>
  new PersonError(
    'conflict',
    `Order ${seq} was given up for the newer order ${newer} before anything was stopped.`,
  )
