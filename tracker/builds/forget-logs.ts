import type { Logger } from '../../shared/log.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Store } from '../db/store.ts'

const lookEveryMs = 3_600_000
const forgetAfterMs = 7 * 24 * 3_600_000
const buildsAtOnce = 20

/** Takes the logs of builds out of the list of events a week after their end, where the artifact store has them whole. */
export class ForgetLogs implements Disposable {
  readonly #store: Store
  readonly #log: Logger
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout

  constructor(store: Store, log: Logger, now: () => number = Date.now) {
    this.#store = store
    this.#log = log
    this.#now = now
    this.#timer = setInterval(() => void this.look(), lookEveryMs)
  }

  /** A transaction for each build, so that nobody waits for long. */
  async look(): Promise<void> {
    try {
      for (let builds = this.#due(); builds.length > 0; builds = this.#due()) {
        for (const id of builds) await this.#store.write(({ events }) => events.forgetLog(id))
      }
    } catch (error) {
      this.#log.warn({ err: messageOf(error) }, 'old logs of builds could not be forgotten; trying later')
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #due(): number[] {
    return this.#store.read.events.logsToForget(this.#now() - forgetAfterMs, buildsAtOnce)
  }
}
