import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { messageOf } from '../../shared/errors.ts'
import { backoff, Doorbell, jittered } from '../../shared/host/doorbell.ts'
import type { HostPaths } from '../../shared/host/layout.ts'
import { bootId } from '../../shared/host/process.ts'
import type { Logger } from '../../shared/log.ts'
import { versionReportCall } from '../../shared/messages/version-report.ts'
import { gather, presenceOf, type HealthOf, type Presence } from './gather.ts'

export interface ReporterOptions {
  /** This host's id. */
  readonly host: string
  readonly paths: HostPaths
  /** How often to report when nothing happens, in ms. */
  readonly intervalMs: number
  /** Asks a service once how it is. */
  readonly health: HealthOf
  /** Version of the grabber. */
  readonly grabber: string
  readonly log: Logger
  /** Called whenever the tracker has acknowledged a report. */
  readonly acknowledged?: () => void
}

const answerLimit = 10_000

/** Tells the tracker what really runs here: on start, whenever asked to, and regularly. */
export class Reporter {
  readonly #options: ReporterOptions
  readonly #bell = new Doorbell()

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  /** Reports as soon as a report under way has been sent; asking often meanwhile makes one more, not many. */
  reportNow(): void {
    this.#bell.ring()
  }

  /** What really runs of one service, now. */
  look(service: string): Promise<Presence> {
    return presenceOf(this.#options.paths, service)
  }

  /** Reports until `signal` is aborted. */
  async run(tracker: Pick<NatsBus, 'call'>, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      failures = (await this.#report(tracker)) ? 0 : failures + 1
      await this.#bell.wait(failures === 0 ? jittered(this.#options.intervalMs) : backoff(failures), signal)
    }
  }

  async #report(tracker: Pick<NatsBus, 'call'>): Promise<boolean> {
    const { host, paths, health, grabber, log } = this.#options
    try {
      const services = await gather(paths, host, health)
      const report = { v: 1 as const, at: Date.now(), grabber, bootId: bootId(), services }
      await tracker.call(versionReportCall, { host }, report, answerLimit)
      this.#options.acknowledged?.()
      return true
    } catch (error) {
      log.warn({ err: messageOf(error) }, 'version report not delivered yet')
      return false
    }
  }
}
