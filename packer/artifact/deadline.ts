/** When something must have ended: the earliest of several limits, by the name of the one that holds. */
export class Deadline implements Disposable {
  readonly #started = performance.now()
  readonly #over = new AbortController()
  #limit: { ms: number; name: string }
  #timer: NodeJS.Timeout

  constructor(ms: number, name: string) {
    this.#limit = { ms, name }
    this.#timer = setTimeout(() => this.#over.abort(), ms)
  }

  /** Aborts at the deadline. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** Milliseconds, from its beginning. */
  get ms(): number {
    return this.#limit.ms
  }

  get name(): string {
    return this.#limit.name
  }

  /** Sets a limit beside the one there is; a later one changes nothing. */
  shorten(ms: number, name: string): void {
    if (ms >= this.#limit.ms) return
    clearTimeout(this.#timer)
    this.#limit = { ms, name }
    this.#timer = setTimeout(() => this.#over.abort(), Math.max(ms - (performance.now() - this.#started), 0))
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }
}
