import { isAtRest } from '../shared/domain/install-state.ts'
import { messageOf, PersonError } from '../shared/errors.ts'
import { backoff, Doorbell } from '../shared/host/doorbell.ts'
import type { Logger } from '../shared/log.ts'
import type { HostEvent } from '../shared/messages/host-events.ts'

const maxEvents = 1000
const maxBatch = 100
/** NATS carries messages of limited size; a failure's output makes an event large. */
const maxBatchBytes = 128 * 1024

/** Events on their way to the tracker, oldest first, until it says that it has stored them. */
export class Outbox {
  readonly #deliver: (events: HostEvent[]) => Promise<void>
  readonly #log: Logger
  readonly #bell = new Doorbell()
  #events: HostEvent[] = []
  #waiters: (() => void)[] = []

  /** `deliver` resolves once the events are stored, and throws when they may not be. */
  constructor(deliver: (events: HostEvent[]) => Promise<void>, log: Logger) {
    this.#deliver = deliver
    this.#log = log
  }

  add(event: HostEvent): void {
    this.#events.push(event)
    if (this.#events.length > maxEvents) this.#dropOne()
    this.#bell.ring()
  }

  /** Tries again now: the connection is back. */
  retry(): void {
    this.#bell.ring()
  }

  /** Resolves once nothing is left to deliver, or `signal` is aborted. */
  delivered(signal: AbortSignal): Promise<void> {
    if (this.#events.length === 0 || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiters.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  /** Delivers until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      if (this.#events.length === 0) await this.#bell.wait(idleMs, signal)
      else if (await this.#deliverBatch()) failures = 0
      else await this.#bell.wait(backoff(++failures), signal)
    }
  }

  async #deliverBatch(): Promise<boolean> {
    const batch = batchOf(this.#events)
    try {
      await this.#deliver(batch)
    } catch (error) {
      this.#log.warn({ err: messageOf(error), events: this.#events.length }, 'events not delivered yet')
      // Sending the same again would be refused again, and hold up all that comes behind.
      if (!(error instanceof PersonError && error.code === 'invalid')) return false
    }
    const done = new Set(batch)
    this.#events = this.#events.filter((event) => !done.has(event))
    if (this.#events.length === 0) this.#waiters.splice(0).forEach((resolve) => resolve())
    return true
  }

  /** How a step went matters less than how the install ended. */
  #dropOne(): void {
    const index = this.#events.findIndex(({ state }) => !isAtRest(state))
    this.#events.splice(Math.max(0, index), 1)
  }
}

const idleMs = 3_600_000

const batchOf = (events: readonly HostEvent[]): HostEvent[] => {
  let bytes = 0
  const end = events.slice(0, maxBatch).findIndex((event, index) => {
    bytes += Buffer.byteLength(JSON.stringify(event))
    return bytes > maxBatchBytes && index > 0
  })
  return events.slice(0, end === -1 ? maxBatch : end)
}
