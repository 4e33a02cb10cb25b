import { randomUUID } from 'node:crypto'
import type { UpkeepReport } from '../../shared/api/artifacts.ts'
import type { ArtifactStore } from '../../shared/artifact-store.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import { logFailure, type Logger } from '../../shared/log.ts'
import { count, sizeOf } from '../../shared/wording.ts'
import type { StoredArtifact } from '../db/artifacts.ts'
import type { Store, Writing } from '../db/store.ts'
import { eraseGivenUp } from './erase.ts'
import { abandonedAfterMs, lookOverArtifacts } from './look-over-artifacts.ts'
import { lookOverRecords } from './look-over-records.ts'
import { ownStore } from './owner.ts'
import type { Removals } from './removals.ts'
import { byService, giveUp } from './verdicts.ts'

const everyMs = 24 * 3_600_000
const againAfterMs = 3_600_000
const lookEveryMs = 60_000
/** So long after a start, all hosts that are there have said what they run: a backup that was brought back may know less. */
const hostsReportWithinMs = 10 * 60_000

export interface UpkeepOptions {
  readonly store: Store
  readonly artifacts: ArtifactStore
  readonly removals: Removals
  readonly log: Logger
  readonly now?: () => number
}

/**
 * Keeps the artifact store from growing for ever. Once a day, the first time a day after the tracker's first start: gives up
 * what no rule keeps, takes it out of the store, then whatever crashes have left there. Killed anywhere, the next one goes on.
 */
export class Upkeep implements Disposable {
  readonly #options: Required<UpkeepOptions>
  readonly #stop = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #startedAt: number
  #running: Promise<void> | undefined
  #isWanted = false

  constructor(options: UpkeepOptions) {
    this.#options = { now: Date.now, ...options }
    this.#timer = setInterval(() => this.look(), lookEveryMs)
    this.#startedAt = this.#options.now()
    this.#begin()
  }

  /** Takes out of the store what was given up, and looks it over; now, or once more after what is going on. */
  goThrough(): Promise<void> {
    this.#isWanted = true
    this.#running ??= this.#goThroughAll()
    return this.#running
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#stop.abort()
  }

  /** Begins what is due. */
  look(): void {
    const { store, now } = this.#options
    const kept = store.read.upkeep.get()
    if (!kept) this.#begin()
    else if (!this.#running && now() >= Math.max(kept.nextAt, this.#startedAt + hostsReportWithinMs))
      this.#giveUp()
  }

  #giveUp(): void {
    const { store, log } = this.#options
    store.write(giveUpAll).then(
      () => this.goThrough(),
      (error: unknown) => log.error({ err: error }, 'no artifact was given up'),
    )
  }

  /** Sets when it is due for the first time, unless it was set before. */
  #begin(): void {
    const { store, log } = this.#options
    const firstAt = this.#startedAt + everyMs
    store.write((writing) => writing.upkeep.begin(firstAt)).catch(logFailure(log, 'upkeep is not begun'))
  }

  async #goThroughAll(): Promise<void> {
    while (this.#isWanted && !this.#stop.signal.aborted) {
      this.#isWanted = false
      await this.#once()
    }
    this.#running = undefined
  }

  async #once(): Promise<void> {
    const { store, log, now } = this.#options
    try {
      const report = await this.#report()
      await store.write((writing) => writing.upkeep.succeed(report, now() + everyMs))
      log.info(report, 'the artifact store was gone through')
    } catch (error) {
      if (this.#stop.signal.aborted) return
      const text = error instanceof PersonError ? error.message : messageOf(error)
      log.warn({ err: text }, 'the artifact store was not gone through')
      const failed = store.write((writing) => writing.upkeep.fail(text, now(), now() + againAfterMs))
      await failed.catch((cause: unknown) => log.error({ err: cause }, 'that was not written down'))
    }
  }

  async #report(): Promise<UpkeepReport> {
    const { store, artifacts, removals, now } = this.#options
    const { signal } = this.#stop
    const holdings = { store, artifacts, removals, now, signal }
    await ownStore(artifacts, store.read.identity.get(), now(), signal)
    const erased = await eraseGivenUp(store, removals, signal)
    const leftovers = await artifacts.removeLeftovers(now() - abandonedAfterMs, signal)
    const records = await lookOverRecords(holdings)
    const found = await lookOverArtifacts(holdings)
    return { at: now(), erased, leftovers, ...records, ...found }
  }
}

/** As a person does by `tracker artifacts prune`; so it is in the audit trail. */
const giveUpAll = (writing: Writing): void => {
  for (const [service, artifacts] of byService(giveUp(writing))) {
    writing.audit.append({
      at: writing.now,
      who: 'upkeep',
      action: 'artifact.prune',
      subject: subjectOf(artifacts),
      service,
      address: 'the tracker itself',
      requestId: randomUUID(),
    })
  }
}

/** What was given up, for the audit trail. */
export const subjectOf = (artifacts: readonly StoredArtifact[]): string =>
  `${count(artifacts.length, 'artifact')}, ${sizeOf(artifacts.reduce((sum, { size }) => sum + size, 0))}`
