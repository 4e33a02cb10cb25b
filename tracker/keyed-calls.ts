import { createHmac } from 'node:crypto'
import { PersonError } from '../shared/errors.ts'
import type { Store, Writing } from './db/store.ts'
import { hashToken } from './tokens.ts'
import { seal, unseal } from './sealed.ts'

const sealedAs = 'answer'

/** A call that is to be done once, however often it is sent. Keys of two tokens have nothing to do with each other. */
export interface KeyedCall {
  readonly key: string
  /** The caller's. */
  readonly token: string
  readonly method: string
  readonly url: string
  readonly body: unknown
}

/** What a change was answered with. */
export interface Answer {
  readonly response: unknown
  /** A Set-Cookie header. */
  readonly cookie?: string
}

/**
 * Does each call with an Idempotency-Key once. The answer is kept by the write that makes the change, so whatever happens
 * in between, both are there or neither is; a call that failed has changed nothing, and is done when it is sent again.
 */
export class KeyedCalls {
  readonly #store: Store
  readonly #now: () => number
  readonly #running = new Map<string, Promise<unknown>>()

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store
    this.#now = now
  }

  /** The answer of the first time, if there was one; waits for it while it is still on its way, which has limits of its own. */
  async once(call: KeyedCall, act: () => Promise<Answer>): Promise<Answer> {
    const name = `${hashToken(call.token)} ${call.key}`
    for (let first = this.#running.get(name); first; first = this.#running.get(name)) {
      await first.catch(() => undefined)
    }
    const kept = this.#find(call)
    if (kept) return kept
    const acting = act()
    this.#running.set(name, acting)
    try {
      return await acting
    } finally {
      this.#running.delete(name)
    }
  }

  keep(writing: Writing, call: KeyedCall, answer: Answer): void {
    writing.answers.keep({
      tokenHash: hashToken(call.token),
      key: call.key,
      fingerprint: fingerprintOf(call),
      sealed: seal(answer, call.token, sealedAs),
      now: writing.now,
    })
  }

  #find(call: KeyedCall): Answer | undefined {
    const kept = this.#store.read.answers.find(hashToken(call.token), call.key, this.#now())
    if (!kept) return undefined
    if (kept.fingerprint === fingerprintOf(call)) return unseal(kept.sealed, call.token, sealedAs) as Answer
    throw new PersonError('conflict', `The Idempotency-Key '${call.key}' was used for another request.`, {
      field: 'Idempotency-Key',
      hint: 'Take a new key for each change, and the same only to send the same request again.',
    })
  }
}

/** With the caller's token: a body may hold secrets, and nobody is to try out which. */
const fingerprintOf = ({ token, method, url, body }: KeyedCall): string =>
  createHmac('sha256', token)
    .update(JSON.stringify([method, url, body ?? null]))
    .digest('hex')
