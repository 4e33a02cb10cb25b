import type { HostState } from '../../shared/api/hosts.ts'
import { logFailure, type Logger } from '../../shared/log.ts'
import type { Store } from '../db/store.ts'

const lookEveryMs = 10_000

/**
 * Which hosts are heard of. A host reports every minute, so one that has not for `silentAfterMs` is silent: what it runs is
 * not known any more.
 */
export class Presence implements Disposable {
  readonly silentAfterMs: number
  readonly #store: Store
  readonly #log: Logger
  readonly #now: () => number
  readonly #lastHeard = new Map<string, number>()
  readonly #clockAhead = new Map<string, number>()
  readonly #silent = new Set<string>()
  readonly #timer: NodeJS.Timeout

  constructor(store: Store, silentAfterMs: number, log: Logger, now: () => number = Date.now) {
    this.silentAfterMs = silentAfterMs
    this.#store = store
    this.#log = log
    this.#now = now
    for (const host of store.read.agents.hosts()) {
      if (host.lastReportAt === null) continue
      this.#lastHeard.set(host.id, host.lastReportAt)
      if (this.isSilent(host.id)) this.#silent.add(host.id)
    }
    this.#timer = setInterval(() => this.#announceSilent(), Math.min(lookEveryMs, silentAfterMs))
  }

  /** A report came, sent at `sentAt` by the host's clock; true when it is the first one, or the first after a silence. */
  heard(hostId: string, sentAt: number): boolean {
    this.#clockAhead.set(hostId, sentAt - this.#now())
    const news = !this.#lastHeard.has(hostId) || this.#silent.has(hostId)
    this.#lastHeard.set(hostId, this.#now())
    this.#silent.delete(hostId)
    return news
  }

  /** How far the host's clock is before the tracker's, in ms; undefined until it reports to this tracker. */
  clockAhead(hostId: string): number | undefined {
    return this.#clockAhead.get(hostId)
  }

  isSilent(hostId: string): boolean {
    return this.stateOf(hostId) !== 'reporting'
  }

  stateOf(hostId: string): HostState {
    const at = this.#lastHeard.get(hostId)
    if (at === undefined) return 'enrolled'
    return this.#now() - at > this.silentAfterMs ? 'silent' : 'reporting'
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #announceSilent(): void {
    const fallen = [...this.#lastHeard.keys()].filter(
      (hostId) => !this.#silent.has(hostId) && this.stateOf(hostId) === 'silent',
    )
    if (fallen.length === 0) return
    for (const hostId of fallen) this.#silent.add(hostId)
    this.#tell(fallen).catch((error: unknown) => {
      logFailure(this.#log, 'it is not told which hosts are silent')(error)
      // The next look tells it.
      for (const hostId of fallen) this.#silent.delete(hostId)
    })
  }

  #tell(fallen: readonly string[]): Promise<void> {
    return this.#store.write((writing) => {
      for (const hostId of fallen) {
        const hostName = writing.agents.get(hostId)?.name
        if (hostName !== undefined) {
          writing.emit({ kind: 'host.state', hostId, data: { hostName, state: 'silent' } })
        }
      }
    })
  }
}
