import type { Digest } from '../../shared/domain/names.ts'
import { isAtRest, type InstallState } from '../../shared/domain/install-state.ts'
import type { HostEvent } from '../../shared/messages/host-events.ts'
import type { Order } from '../../shared/messages/order.ts'
import type { VersionReport } from '../../shared/messages/version-report.ts'
import type { Random } from '../faults/random.ts'

/** What becomes of an order on a host. */
const fates = {
  healthy: 12,
  'cannot stage it': 1,
  'refuses it': 1,
  'goes back': 2,
  'has no way back': 1,
  'dies later': 1,
} as const
type Fate = keyof typeof fates

interface Journal {
  readonly seq: number
  readonly deployId: number
  readonly phase: Order['phase']
  readonly next: Digest
  readonly previous: Digest | undefined
  readonly fate: Fate
  readonly state: InstallState
  readonly error?: string
  /** When what was committed dies; undefined when it does not. */
  readonly diesAt?: number
  readonly hasDied?: true
}

const reportEveryMs = 60_000
const watchedForMs = 60_000
const touching: readonly InstallState[] = ['stopping', 'switching', 'starting', 'checking']

/** What follows a state when all goes well. */
const next: Partial<Record<InstallState, InstallState>> = {
  fetching: 'verifying',
  verifying: 'unpacking',
  unpacking: 'staged',
  staged: 'stopping',
  stopping: 'switching',
  switching: 'starting',
  starting: 'checking',
  checking: 'committed',
}

/**
 * A host in a few lines: how a grabber answers orders, without disk and processes. What it says may be lost, what it is stays
 * true: the engine is judged by it.
 */
export class SimulatedHost {
  readonly id: string
  readonly name: string
  readonly service: string
  running: Digest | undefined
  journal: Journal | undefined
  /** Not on the network; its installs go on. */
  isCut = false
  /** Its grabber does not run; what was in its memory is lost. */
  isDown = false
  /** Whatever comes now works. */
  isBlessed = false
  /** Releases that never get healthy here. */
  readonly sick = new Set<Digest>()
  readonly staged = new Set<Digest>()
  /** Orders after which a release ran and was healthy, by seq. */
  readonly completed = new Set<number>()
  /** Deploys of which an order stopped what ran. */
  readonly changedBy = new Set<number>()
  /** How often each order stopped what ran, by seq. */
  readonly stops = new Map<number, number>()
  outbox: HostEvent[] = []
  hasToReport = true
  hasToAsk = true
  readonly #proven = new Set<Digest>()
  readonly #random: Random
  #waiting: Order | undefined
  #reportedAt = 0
  #askedAt = 0
  #boots = 0

  constructor(number: number, service: string, random: Random) {
    this.id = `h${String(number).padStart(12, '0')}`
    this.name = `web-${number}`
    this.service = service
    this.#random = random
  }

  get isBusy(): boolean {
    const { journal } = this
    return journal !== undefined && !isAtRest(journal.state) && !isStagedOnly(journal)
  }

  get isQuiet(): boolean {
    return !this.isBusy && this.#waiting === undefined && this.outbox.length === 0 && !this.#isToDie
  }

  /** Takes an order, however often and in whatever sequence orders come. */
  accept(order: Order, now: number): void {
    if (order.seq <= Math.max(this.#waiting?.seq ?? 0, this.journal?.seq ?? 0)) return
    if (now > order.expiresAt) this.hasToAsk = true
    else this.#waiting = order
  }

  /** Does one step of whatever there is to do. */
  act(now: number): void {
    if (this.isDown) return
    if (this.isBusy) this.#goOn(now)
    else if (this.#waiting) this.#begin(this.#waiting)
    else if (this.#isToDie && now >= (this.journal?.diesAt ?? 0)) this.#die()
  }

  /** A report and a question are due each minute. */
  tick(now: number): void {
    if (now - this.#reportedAt >= reportEveryMs) this.hasToReport = true
    if (now - this.#askedAt >= reportEveryMs) this.hasToAsk = true
  }

  /** The tracker says that it was started again, or the network is back. */
  reconnected(): void {
    this.hasToAsk = true
    this.hasToReport = true
  }

  asked(now: number): void {
    this.hasToAsk = false
    this.#askedAt = now
  }

  report(now: number): VersionReport {
    this.hasToReport = false
    this.#reportedAt = now
    const { running, journal, service } = this
    const order = journal && {
      seq: journal.seq,
      deployId: journal.deployId,
      state: journal.state,
      ...(journal.error === undefined ? {} : { error: journal.error }),
    }
    const entry = {
      service,
      ...(running === undefined ? {} : { running, current: running }),
      health: 'unknown' as const,
      ...(order ? { order } : {}),
    }
    return { v: 1, at: now, grabber: '0.1.0', bootId: `boot-${this.#boots}`, services: [entry] }
  }

  stored(ids: ReadonlySet<string>): void {
    this.outbox = this.outbox.filter(({ id }) => !ids.has(id))
  }

  stopGrabber(): void {
    this.isDown = true
    this.outbox = []
    this.#waiting = undefined
  }

  startGrabber(now: number): void {
    this.isDown = false
    this.#boots++
    this.reconnected()
    if (this.journal) this.#tell(this.journal, now)
  }

  get #isToDie(): boolean {
    const { journal } = this
    return journal?.diesAt !== undefined && (journal.state === 'committed' || journal.state === 'skipped')
  }

  #begin(order: Order): void {
    this.#waiting = undefined
    const { digest } = order.artifact
    const last = this.journal
    const runsAlready = this.running === digest && this.#proven.has(digest)
    const isWatched = runsAlready && last?.next === digest && last.diesAt !== undefined
    this.journal = {
      seq: order.seq,
      deployId: order.deployId,
      phase: order.phase,
      next: digest,
      previous: isWatched ? last.previous : this.#wayBack(),
      fate: this.#fateOf(digest),
      state: 'assigned',
      ...(isWatched ? { diesAt: last.diesAt } : {}),
    }
    if (runsAlready) this.completed.add(order.seq)
    this.#enter(runsAlready ? 'skipped' : 'accepted')
    if (runsAlready) this.hasToReport = true
  }

  #wayBack(): Digest | undefined {
    if (this.running !== undefined && this.#proven.has(this.running)) return this.running
    return [...this.#proven].at(-1)
  }

  #fateOf(digest: Digest): Fate {
    if (this.sick.has(digest)) return 'goes back'
    const fate = this.#random.weighted(fates)
    const isKnownGood = this.#proven.has(digest) && this.#random.chance(0.8)
    return this.isBlessed || isKnownGood ? 'healthy' : fate
  }

  #goOn(now: number): void {
    const { journal } = this
    if (!journal) return
    const { state, fate, phase, next: digest } = journal
    if (state === 'rolling-back') this.#endWayBack(journal)
    else if (this.#waiting && !touching.includes(state)) this.#enter('failed', 'given up for a newer order')
    else if (state === 'accepted' && this.staged.has(digest)) this.#activateOrRest(journal)
    else if (fate === 'cannot stage it' && state === 'fetching') this.#enter('failed', 'no space')
    else if (fate === 'refuses it' && phase === 'activate' && !touching.includes(state))
      this.#enter('failed', 'preflight')
    else if (state === 'checking') this.#endCheck(journal, now)
    else this.#move(journal)
  }

  #activateOrRest({ phase, fate }: Journal): void {
    if (phase === 'stage') this.#enter('staged')
    else if (fate === 'refuses it') this.#enter('failed', 'preflight')
    else this.#stop()
  }

  #move({ state, next: digest, seq }: Journal): void {
    const following = state === 'accepted' ? 'fetching' : next[state]
    if (following === undefined) throw new Error(`nothing follows ${state}`)
    if (following === 'staged') this.staged.add(digest)
    if (following === 'starting') this.running = digest
    if (following === 'stopping') this.#stop()
    else this.#enter(following)
    if (this.journal?.seq !== seq) throw new Error('another order came in between')
  }

  #stop(): void {
    const { seq = 0, deployId = 0 } = this.journal ?? {}
    this.changedBy.add(deployId)
    this.stops.set(seq, (this.stops.get(seq) ?? 0) + 1)
    this.running = undefined
    this.#enter('stopping')
  }

  #endCheck({ fate, next: digest, seq }: Journal, now: number): void {
    if (fate === 'goes back' || fate === 'has no way back') {
      this.running = undefined
      this.#enter('rolling-back', 'it does not answer')
      return
    }
    this.#proven.add(digest)
    this.completed.add(seq)
    if (this.journal && fate === 'dies later')
      this.journal = { ...this.journal, diesAt: now + this.#random.between(0, watchedForMs) }
    this.#enter('committed')
    this.hasToReport = true
  }

  #die(): void {
    const { journal } = this
    if (!journal) return
    const previous =
      journal.previous === journal.next
        ? [...this.#proven].filter((digest) => digest !== journal.next).at(-1)
        : journal.previous
    const { diesAt: _, ...alive } = journal
    this.journal = { ...alive, previous, hasDied: true }
    if (previous === undefined) return // left to its supervisor
    this.running = undefined
    this.#proven.delete(journal.next)
    this.#enter('rolling-back', 'it died')
  }

  #endWayBack({ fate, previous }: Journal): void {
    this.hasToReport = true
    const isLost = previous === undefined || (fate === 'has no way back' && !this.isBlessed)
    this.running = isLost ? undefined : previous
    this.#enter(isLost ? 'failed' : 'rolled-back', 'it went back')
  }

  #enter(state: InstallState, error?: string): void {
    if (!this.journal) return
    this.journal = { ...this.journal, state, ...(error === undefined ? {} : { error }) }
    this.#tell(this.journal, 0)
    if (isAtRest(state) || state === 'staged') this.hasToReport = true
  }

  #tell({ seq, deployId, state, error }: Journal, at: number): void {
    const { service } = this
    const id = `${service}-${seq}-${state}`
    if (this.outbox.some((event) => event.id === id)) return
    this.outbox.push({
      ...{ id, at, service, deployId, seq, state },
      ...(error === undefined ? {} : { error }),
    })
  }
}

const isStagedOnly = ({ state, phase }: Journal): boolean => state === 'staged' && phase === 'stage'
