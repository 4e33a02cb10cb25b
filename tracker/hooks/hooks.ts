import { messageOf, PersonError } from '../../shared/errors.ts'
import { backoff, Doorbell } from '../../shared/host/doorbell.ts'
import { hashToken } from '../tokens.ts'
import type { Delivery } from '../db/deliveries.ts'
import type { Hook } from '../db/hooks.ts'
import { carryOut } from './carry-out.ts'
import type { HooksContext } from './context.ts'
import { newCredentials, openSecrets, type Credentials } from './credentials.ts'
import { noSuchHook } from './find-hook.ts'
import { RateLimit } from './rate-limit.ts'
import { receive } from './receive.ts'
import type { HookCall } from './sources/source.ts'

/** Between two tries, and how long a packer is waited for, in ms. */
const patience = { firstPauseMs: 1000, longestPauseMs: 30_000, packerWithinMs: 15 * 60_000 }
/** Of what fails for another reason than that nobody answers. */
const maxTries = 3

/** Takes in what forges and CIs call, and carries it out: of each hook one delivery after the other. */
export class Hooks implements Disposable {
  readonly #context: HooksContext
  readonly #pace: typeof patience
  readonly #limit = new RateLimit()
  readonly #end = new AbortController()
  /** Of hooks that are being worked on: rung when something new has come. */
  readonly #working = new Map<number, Doorbell>()
  readonly #done = new Set<(id: number) => void>()

  constructor(context: HooksContext, pace = patience) {
    this.#context = context
    this.#pace = pace
  }

  get trackerUrl(): string {
    return this.#context.publicUrl()
  }

  /** The hook at a URL. Throws `not-found`, or `too-many` when it is called too often: before anything of the call is read. */
  admit(key: string): Hook {
    const { store, now } = this.#context
    const hook = store.read.hooks.byKey(hashToken(key))
    if (!hook) throw noSuchHook()
    this.#limit.count(hook.id, now())
    return hook
  }

  /** A new URL and a new secret for a hook: what is to be stored of them, and what is to be shown once. */
  issue(
    hook: Pick<Hook, 'name' | 'source'>,
    statusToken: string | undefined,
  ): { stored: Credentials['stored']; shown: { url: string; secret?: string } } {
    const { stored, key, secret } = newCredentials(hook, statusToken, this.#context.key)
    return {
      stored,
      shown: { url: `${this.trackerUrl}/hooks/${key}`, ...(secret === undefined ? {} : { secret }) },
    }
  }

  /** The same for a hook that there is; the forge's token stays. */
  issueAnew(hook: Hook): ReturnType<Hooks['issue']> {
    return this.issue(hook, openSecrets(hook, this.#context.key).statusToken)
  }

  async receive(hook: Hook, call: HookCall): Promise<Delivery> {
    const delivery = await receive(this.#context, hook, call)
    this.look()
    return delivery
  }

  /** A delivery once it is carried out, or as it is after `ms`. */
  async settled(id: number, ms: number): Promise<Delivery | undefined> {
    const { store } = this.#context
    if (store.read.deliveries.get(id)?.state === 'waiting') await this.#outcome(id, ms)
    return store.read.deliveries.get(id)
  }

  /** Carries out what waits. */
  look(): void {
    const { store } = this.#context
    for (const { id } of store.read.hooks.list()) {
      if (this.#working.has(id)) this.#working.get(id)?.ring()
      else if (store.read.deliveries.waiting(id)) void this.#work(id)
    }
  }

  [Symbol.dispose](): void {
    this.#end.abort()
  }

  async #work(hookId: number): Promise<void> {
    const bell = new Doorbell()
    this.#working.set(hookId, bell)
    let failures = 0
    for (let next = this.#next(hookId); next; next = this.#next(hookId)) {
      const isDone = await this.#attempt(next.hook, next.delivery, failures + 1)
      failures = isDone ? 0 : failures + 1
      if (isDone) this.#tell(next.delivery.id)
      else
        await bell.wait(
          backoff(failures, this.#pace.firstPauseMs, this.#pace.longestPauseMs),
          this.#end.signal,
        )
    }
    this.#working.delete(hookId)
  }

  #next(hookId: number): { hook: Hook; delivery: Delivery } | undefined {
    if (this.#end.signal.aborted) return undefined
    const { store } = this.#context
    const hook = store.read.hooks.get(hookId)
    const delivery = hook && store.read.deliveries.waiting(hookId)
    return delivery && { hook, delivery }
  }

  /** Carries it out, or gives it up; false when it is to be tried again. */
  async #attempt(hook: Hook, delivery: Delivery, tries: number): Promise<boolean> {
    const { store, log } = this.#context
    try {
      await carryOut(this.#context, hook, delivery)
      return true
    } catch (error) {
      if (this.#end.signal.aborted) return false
      log.warn(
        { err: error, hook: hook.name, delivery: delivery.id },
        `delivery not carried out: ${messageOf(error)}`,
      )
      if (!this.#isOver(error, delivery, tries)) return false
      const why = error instanceof PersonError ? error.message : 'The tracker failed on it; its log says why.'
      return store
        .write((writing) => writing.deliveries.end(delivery.id, { state: 'failed', why }))
        .then(
          () => true,
          () => false,
        )
    }
  }

  #tell(id: number): void {
    this.#context.statuses.look()
    for (const tell of this.#done) tell(id)
  }

  #isOver(error: unknown, { at }: Delivery, tries: number): boolean {
    const isUnanswered = error instanceof PersonError && error.code === 'unavailable'
    return isUnanswered ? this.#context.now() - at > this.#pace.packerWithinMs : tries >= maxTries
  }

  #outcome(id: number, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        this.#done.delete(tell)
        this.#end.signal.removeEventListener('abort', end)
        resolve()
      }
      const tell = (done: number): void => {
        if (done === id) end()
      }
      const timer = setTimeout(end, ms)
      this.#done.add(tell)
      this.#end.signal.addEventListener('abort', end, { once: true })
    })
  }
}
