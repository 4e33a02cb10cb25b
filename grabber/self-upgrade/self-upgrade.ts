import { grabberService } from '../../shared/domain/names.ts'
import type { HostPaths } from '../../shared/host/layout.ts'
import type { Logger } from '../../shared/log.ts'
import { Idleness } from './idleness.ts'
import { requireReadableJournals } from './journals.ts'
import { hasLauncher, ownDirectory, recordOwnProcess } from './own-process.ts'
import { isSameSlot, readSlot, writeSlot } from './slots.ts'
import { tellTakenBack } from './taken-back.ts'

/** A grabber that was asked to end has this long before it is made to, in ms: its launcher waits for it. */
const leaveLimit = 15_000

/** What one run of the grabber has to do with upgrades of itself. */
export class SelfUpgrade {
  readonly paths: HostPaths
  readonly idleness = new Idleness()
  readonly #log: Logger
  readonly #leaving = new AbortController()
  readonly #proven: Promise<void>
  #prove: () => void = () => undefined
  #fail: (error: unknown) => void = () => undefined
  #isOnTrial: boolean

  private constructor(paths: HostPaths, log: Logger, isOnTrial: boolean) {
    this.paths = paths
    this.#log = log
    this.#isOnTrial = isOnTrial
    this.#proven = new Promise((resolve, reject) => {
      this.#prove = resolve
      this.#fail = reject
    })
    if (!isOnTrial) this.#prove()
  }

  /** Throws, if this grabber is on trial, when it cannot go on where the old one was. Nothing is touched before it is proven. */
  static async begin(paths: HostPaths, log: Logger): Promise<SelfUpgrade> {
    const isOnTrial = hasLauncher() && isTrial(paths.state)
    if (isOnTrial) await requireReadableJournals(paths)
    else await tellTakenBack(paths, log)
    await recordOwnProcess(paths)
    return new SelfUpgrade(paths, log, isOnTrial)
  }

  /** Aborted when this grabber has to make room for another one. */
  get leaving(): AbortSignal {
    return this.#leaving.signal
  }

  /** Resolves once this grabber may act on the host: at once, unless it is on trial. Rejects when `signal` is aborted before. */
  trusted(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#fail(signal.reason), { once: true })
    return this.#proven
  }

  /** The tracker has acknowledged a version report: that is what a trial is about. From now on the launcher runs this grabber. */
  async reportedIn(): Promise<void> {
    if (!this.#isOnTrial) return
    this.#isOnTrial = false
    try {
      await this.#takeOver()
      this.#prove()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** One job about a service, in its turn: upgrades of the grabber and all else keep clear of each other. */
  async turn(service: string, job: () => Promise<void>, shutdown: AbortSignal): Promise<void> {
    if (service !== grabberService) {
      await this.idleness.during(job, shutdown)
      return
    }
    try {
      await job()
    } finally {
      this.idleness.release()
    }
  }

  /** Ends this grabber, by the `shutdown` that it throws; the launcher then does what the slots say. */
  leave(shutdown: AbortSignal): never {
    this.#log.info('making room for another grabber')
    setTimeout(() => process.exit(1), leaveLimit).unref()
    this.#leaving.abort()
    shutdown.throwIfAborted()
    throw new Error('leaving did not stop what was being done')
  }

  async #takeOver(): Promise<void> {
    const { state } = this.paths
    const [good, begun] = [readSlot(state, 'good'), readSlot(state, 'begun')]
    if (begun === undefined) throw new Error('the trial was ended')
    if (good !== undefined) await writeSlot(state, 'previous', good)
    await writeSlot(state, 'good', begun)
    this.#log.info({ seq: begun.seq }, 'this grabber has replaced the one before')
  }
}

const isTrial = (state: string): boolean => {
  const begun = readSlot(state, 'begun')
  return begun?.directory === ownDirectory() && !isSameSlot(begun, readSlot(state, 'good'))
}
