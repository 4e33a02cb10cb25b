import { PersonError } from '../../shared/errors.ts'

/** Knows whether anything is being done about a service, and can keep it from being begun. */
export class Idleness {
  #busy = 0
  #isHeld = false
  #waiting: (() => void)[] = []

  /** Does `job` once nobody holds the host; throws instead when `signal` was aborted meanwhile. */
  async during(job: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (this.#isHeld) await this.#change()
    signal.throwIfAborted()
    this.#busy++
    try {
      await job()
    } finally {
      this.#busy--
      this.#changed()
    }
  }

  /**
   * Resolves at a moment when nothing is being done; from then on nothing is begun until `release`. While it waits others may begin: a slow
   * download of one service should not hold up all. Throws `unavailable` after `limit` ms.
   */
  async hold(limit: number, signal: AbortSignal): Promise<void> {
    const late = AbortSignal.timeout(limit)
    const end = AbortSignal.any([signal, late])
    const wake = (): void => this.#changed()
    end.addEventListener('abort', wake, { once: true })
    while (this.#busy > 0 && !end.aborted) await this.#change()
    end.removeEventListener('abort', wake)
    signal.throwIfAborted()
    if (late.aborted && this.#busy > 0) throw neverIdle(limit)
    this.#isHeld = true
  }

  release(): void {
    this.#isHeld = false
    this.#changed()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

const neverIdle = (limit: number): PersonError =>
  new PersonError(
    'unavailable',
    `The grabber was not upgraded: other installs were under way on this host for ${limit / 1000} s.`,
    { hint: 'Deploy it again when they are done.' },
  )
