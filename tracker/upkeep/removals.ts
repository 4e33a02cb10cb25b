import type { ArtifactStore } from '../../shared/artifact-store.ts'
import type { Tables } from '../db/store.ts'

/** So long after somebody asked whether the store has an artifact it may still be about to be written down. */
const registeringMs = 10 * 60_000

/**
 * Takes out of the store what nobody has written down, and answers builds whether theirs is there: one that a build has just
 * been told is there stays, and one that is just being removed is not there.
 */
export class Removals {
  readonly #store: Pick<ArtifactStore, 'has' | 'remove'>
  readonly #artifacts: Pick<Tables['artifacts'], 'get'>
  readonly #now: () => number
  readonly #asked = new Map<string, number>()
  readonly #removing = new Map<string, Promise<void>>()

  constructor(
    store: Pick<ArtifactStore, 'has' | 'remove'>,
    artifacts: Pick<Tables['artifacts'], 'get'>,
    now: () => number = Date.now,
  ) {
    this.#store = store
    this.#artifacts = artifacts
    this.#now = now
  }

  /** Whether it is there, and stays until it is written down. */
  async has(digest: string): Promise<boolean> {
    const now = this.#now()
    for (const [asked, at] of this.#asked) if (now - at > registeringMs) this.#asked.delete(asked)
    this.#asked.set(digest, now)
    // Whoever removes it tells why that failed.
    await this.#removing.get(digest)?.catch(() => undefined)
    return this.#store.has(digest)
  }

  /** Removes it, unless it is kept or about to be; says whether it did. */
  async remove(digest: string): Promise<boolean> {
    const askedAt = this.#asked.get(digest)
    if (askedAt !== undefined && this.#now() - askedAt <= registeringMs) return false
    if (this.#artifacts.get(digest)?.removedAt === null) return false
    const removal = this.#store.remove(digest)
    this.#removing.set(digest, removal)
    try {
      await removal
    } finally {
      this.#removing.delete(digest)
    }
    return true
  }
}
