import { messageOf } from '../../../shared/errors.ts'
import { backoff, Doorbell } from '../../../shared/host/doorbell.ts'
import type { Logger } from '../../../shared/log.ts'
import type { CommitStatus } from '../../db/commit-statuses.ts'
import type { Hook } from '../../db/hooks.ts'
import type { Store } from '../../db/store.ts'
import { post } from '../../notify/post.ts'
import { openSecrets } from '../credentials.ts'
import { parcelOf } from './parcel.ts'
import { toldOf, type Told } from './told-state.ts'

export interface StatusContext {
  readonly store: Store
  /** Opens what is sealed of hooks. */
  readonly key: string
  readonly publicUrl: () => string
  readonly log: Logger
  /** For one try, and between two at first and at most, in ms. */
  readonly withinMs: number
  readonly firstPauseMs: number
  readonly longestPauseMs: number
}

/** Each event rings, so nothing waits for this. */
const lookAgainMs = 60_000
/** What could not be told for so long is no news any more. */
const keptForMs = 24 * 3_600_000

/**
 * Tells a forge how builds and deploys of one hook go, one status at a time, each as it stands when its turn comes: what was
 * missed while the forge was away is not told later. Nothing waits for it.
 */
export class StatusCourier {
  readonly #context: StatusContext
  readonly #hookId: number
  readonly #bell = new Doorbell()
  readonly #end = new AbortController()
  #failures = 0

  constructor(context: StatusContext, hookId: number) {
    this.#context = context
    this.#hookId = hookId
  }

  /** Something happened. */
  ring(): void {
    this.#bell.ring()
  }

  stop(): void {
    this.#end.abort()
  }

  /** Until it is stopped, or its hook is removed. */
  async run(): Promise<void> {
    const { signal } = this.#end
    for (let isThere = true; isThere && !signal.aborted;) {
      isThere = await this.#goOn().catch((error: unknown) => this.#rest(error))
    }
  }

  /** Takes one step; false when the hook is removed. */
  async #goOn(): Promise<boolean> {
    const hook = this.#context.store.read.hooks.get(this.#hookId)
    if (!hook) return false
    const next = this.#next()
    if (next) await this.#tell(hook, next.status, next.told)
    else await this.#bell.wait(lookAgainMs, this.#end.signal)
    return true
  }

  #next(): { status: CommitStatus; told: Told } | undefined {
    for (const status of this.#context.store.read.commitStatuses.open(this.#hookId)) {
      const told = toldOf(status)
      if (told && told.state !== status.told) return { status, told }
    }
    return undefined
  }

  async #tell(hook: Hook, status: CommitStatus, told: Told): Promise<void> {
    const { store, key, publicUrl, withinMs } = this.#context
    const { signal } = this.#end
    try {
      const token = openSecrets(hook, key).statusToken ?? ''
      const parcel = parcelOf(hook.source, hook.statusesTo ?? '', token, status, told, publicUrl())
      await post(parcel, withinMs, signal)
    } catch (error) {
      if (!signal.aborted) await this.#failed(hook, messageOf(error))
      return
    }
    this.#failures = 0
    if (signal.aborted) return
    await store.write((writing) => {
      if (told.isLast) writing.commitStatuses.remove(status.id)
      else writing.commitStatuses.told(status.id, told.state)
      writing.hooks.statusSent(hook.id, writing.now)
    })
  }

  async #failed({ id, name }: Hook, error: string): Promise<void> {
    const { store, log, firstPauseMs, longestPauseMs } = this.#context
    const givenUp = await store.write((writing) => {
      writing.hooks.statusFailed(id, error, writing.now)
      return writing.commitStatuses.removeOld(id, writing.now - keptForMs)
    })
    this.#failures += 1
    log.warn({ hook: name, failures: this.#failures, givenUp }, `status of a commit did not arrive: ${error}`)
    await this.#pause(backoff(this.#failures, firstPauseMs, longestPauseMs))
  }

  /** The database could not be written, as when its disk is full. */
  async #rest(error: unknown): Promise<true> {
    const { log, longestPauseMs } = this.#context
    log.error({ err: error, hook: this.#hookId }, `statuses of commits do not go on: ${messageOf(error)}`)
    await this.#pause(longestPauseMs)
    return true
  }

  /** Whatever happens meanwhile: a forge that fails is not asked more often because much is built. */
  #pause(ms: number): Promise<void> {
    return new Doorbell().wait(ms, this.#end.signal)
  }
}
