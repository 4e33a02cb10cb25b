import { PersonError } from '../../shared/errors.ts'

const burst = 60
const perSecond = 1

/** So that nobody who knows a hook's URL can keep the tracker busy by it: 60 calls at once, then one a second. */
export class RateLimit {
  readonly #left = new Map<number, { calls: number; at: number }>()

  /** Throws `too-many` when a hook is called too often. */
  count(hookId: number, now: number): void {
    const { calls, at } = this.#left.get(hookId) ?? { calls: burst, at: now }
    const left = Math.min(burst, calls + (Math.max(0, now - at) / 1000) * perSecond)
    this.#left.set(hookId, { calls: Math.max(0, left - 1), at: now })
    if (left >= 1) return
    throw new PersonError('too-many', 'This hook is called more often than once a second.', {
      hint: 'Try again in a minute.',
    })
  }

  forget(hookId: number): void {
    this.#left.delete(hookId)
  }
}
