/** Lets a loop sleep until its next turn is due or somebody rings. A ring while nobody waits is kept: one, however many came. */
export class Doorbell {
  #rung = false
  #wake: (() => void) | undefined

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Resolves after `ms`, at a ring, or when `signal` is aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) await this.#sleep(ms, signal)
    this.#rung = false
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        this.#wake = undefined
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal.addEventListener('abort', end, { once: true })
      this.#wake = end
    })
  }
}

/** How long to wait after `failures` failures in a row, in ms: doubling from `first` up to `most`, half of it by chance. */
export const backoff = (failures: number, first = 250, most = 30_000): number => {
  const full = Math.min(most, first * 2 ** Math.max(0, failures - 1))
  return full / 2 + (Math.random() * full) / 2
}

/** `ms`, give or take a tenth by chance, so that hosts started together do not stay in step. */
export const jittered = (ms: number): number => ms * (0.9 + Math.random() * 0.2)
