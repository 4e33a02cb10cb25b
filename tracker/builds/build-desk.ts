import type { ArtifactStore } from '../../shared/artifact-store.ts'
import type { Event } from '../../shared/domain/event.ts'
import { messageOf } from '../../shared/errors.ts'
import { logFailure, type Logger } from '../../shared/log.ts'
import { buildCall, stopBuildCall } from '../../shared/messages/build.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Store, Writing } from '../db/store.ts'
import type { Calls } from './ask-packers.ts'
import { requireService } from './find-service.ts'
import { Leases } from './leases.ts'
import { beginBuild, failBuild, hasEnded, queueAgain } from './move-build.ts'
import { nextHandOut, type HandOut } from './next-hand-out.ts'
import { type Packers, type Heartbeat, type PresentPacker } from './packers.ts'
import { recordResult, type BuildResult } from './record-result.ts'
import { Refusals } from './refusals.ts'
import { sourceOf } from './sources.ts'
import { Unserved } from './unserved.ts'

const takeWithinMs = 5000
const stopWithinMs = 5000
const lookEveryMs = 2000
/** So long after a hand-out a heartbeat may still be from before it. */
const overtakingMs = 5000
/** So often a build is given to another packer when its own falls silent: it may be the build that ends them. */
const maxLost = 3

export interface BuildDeskOptions {
  readonly store: Store
  readonly bus: Calls
  readonly artifacts: Pick<ArtifactStore, 'has'>
  readonly packers: Packers
  readonly log: Logger
  readonly now?: () => number
}

/** Has commits built: hands builds out to packers that have room, looks after them by heartbeats, and takes in the results. */
export class BuildDesk implements Disposable {
  readonly #store: Store
  readonly #bus: Calls
  readonly #artifacts: Pick<ArtifactStore, 'has'>
  readonly #log: Logger
  readonly #now: () => number
  readonly #packers: Packers
  readonly #unserved = new Unserved()
  readonly #leases = new Leases()
  readonly #refusals = new Refusals()
  /** Builds that are just being handed out, and to whom. */
  readonly #asking = new Map<number, string>()
  readonly #timer: NodeJS.Timeout
  #stopped = false

  constructor({ store, bus, artifacts, packers, log, now = Date.now }: BuildDeskOptions) {
    this.#store = store
    this.#bus = bus
    this.#artifacts = artifacts
    this.#packers = packers
    this.#log = log
    this.#now = now
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
    store.onEvents((events) => this.#hear(events))
  }

  /** The packers that are there. */
  packers(): PresentPacker[] {
    return this.#packers.present(this.#now())
  }

  /** Whether a packer has said that it would build it otherwise than it was asked for. */
  hasDeclined(build: number, packer: string): boolean {
    return this.#refusals.hasDeclined(build, packer)
  }

  /** When a packer was last heard of, since the tracker started. */
  heardAt(packer: string): number | undefined {
    return this.#packers.get(packer)?.heardAt
  }

  /** What a packer says of itself: which builds are in its hands decides, not what is remembered of it. */
  heartbeat(packer: string, heartbeat: Heartbeat): void {
    const now = this.#now()
    this.#packers.hear(packer, heartbeat, now)
    const held = new Set(heartbeat.builds.map(({ id }) => id))
    for (const { id, attempt } of heartbeat.builds) this.#hearOf(packer, id, attempt)
    for (const build of this.#store.read.builds.running()) {
      const isForgotten = build.state === 'building' && build.packer === packer && !held.has(build.id)
      if (isForgotten && now - (build.startedAt ?? now) > overtakingMs) this.#takeBack(build)
    }
    this.#look()
  }

  /** Takes a result in, whoever brings it. Throws when the store cannot be asked whether it has the artifact. */
  async finish(packer: string, result: BuildResult): Promise<void> {
    if (result.outcome === 'declined') this.#refusals.decline(result.buildId, packer)
    const checked = await this.#checked(result)
    await this.#store.write((writing) => recordResult(writing, packer, checked))
    this.#leases.end(result.buildId)
    this.#look()
  }

  [Symbol.dispose](): void {
    this.#stopped = true
    clearInterval(this.#timer)
  }

  /** Nothing is registered that hosts could not fetch. */
  async #checked(result: BuildResult): Promise<BuildResult> {
    if (result.outcome !== 'built' || (await this.#artifacts.has(result.artifact.digest))) return result
    const { v, buildId, attempt } = result
    const error = `Its packer says that it stored ${result.artifact.digest.slice(0, 12)}, but the artifact store does not have it.`
    return { v, buildId, attempt, outcome: 'failed', error }
  }

  #hear(events: readonly Event[]): void {
    for (const { kind, data, buildId } of events) {
      if (kind !== 'build.state') continue
      if (data.state === 'queued') this.#look()
      if (data.state === 'cancelled' && buildId !== undefined) this.#stop(buildId)
    }
  }

  #hearOf(packer: string, id: number, attempt: number): void {
    const build = this.#store.read.builds.get(id)
    if (!build || hasEnded(build)) this.#tellToStop(packer, id)
    else if (build.state === 'queued' && !this.#asking.has(id) && attempt > build.attempts) {
      // The tracker went down between the packer's word and its own note of it.
      this.#asking.set(id, packer)
      this.#note(build, packer, attempt)
        .catch(logFailure(this.#log, `build ${id} is not noted as the packer's`))
        .finally(() => this.#asking.delete(id))
    } else if (build.state === 'building' && build.packer === packer) this.#leases.renew(id, this.#now())
    else if (build.state === 'building') this.#tellToStop(packer, id)
  }

  /** Takes back what its packer has let fall, and hands out what is queued. */
  #look(): void {
    if (this.#stopped) return
    const now = this.#now()
    const running = this.#store.read.builds.running()
    this.#forgetEnded(running)
    for (const build of running) {
      if (build.state === 'building' && this.#leases.isLapsed(build, now)) this.#takeBack(build)
    }
    for (let next = this.#next(running); next; next = this.#next(running)) void this.#handOut(next)
    const unserved = this.#unserved.given(
      running.filter((build) => this.#isWaiting(build)),
      this.packers(),
      (build, packer) => this.#refusals.hasDeclined(build.id, packer.id),
      now,
    )
    for (const [{ id }, error] of unserved) {
      this.#inBackground(`build ${id} is not given up`, (writing) => {
        const build = writing.builds.get(id)
        if (build && !hasEnded(build)) failBuild(writing, build, error)
      })
    }
  }

  #forgetEnded(running: readonly BuildRow[]): void {
    const ids = new Set(running.map(({ id }) => id))
    this.#leases.keep(ids)
    this.#refusals.keep(ids)
  }

  /** Queued, and not just being handed out. */
  #isWaiting({ id, state }: BuildRow): boolean {
    return state === 'queued' && !this.#asking.has(id)
  }

  #next(running: readonly BuildRow[]): HandOut | undefined {
    return nextHandOut({
      queued: running.filter((build) => this.#isWaiting(build)),
      busy: running
        .filter((build) => !this.#isWaiting(build))
        .map(({ id, service, packer }) => ({ service, packer: this.#asking.get(id) ?? packer })),
      packers: this.packers(),
      lastTurn: this.#store.read.builds.lastStart,
      refused: (build, packer) => this.#refusals.isRefused(build.id, packer.id, this.#now()),
    })
  }

  async #handOut({ build, packer }: HandOut): Promise<void> {
    const attempt = build.attempts + 1
    this.#asking.set(build.id, packer.id)
    try {
      await this.#ask(build, packer.id, attempt)
      await this.#note(build, packer.id, attempt)
    } catch (error) {
      if (this.#stopped) return
      this.#refusals.postpone(build.id, packer.id, this.#now())
      this.#log.warn(
        { buildId: build.id, packer: packer.id, err: messageOf(error) },
        'the packer did not take the build',
      )
    } finally {
      this.#asking.delete(build.id)
    }
  }

  async #ask(
    { id: buildId, service, commit, version, buildConfig, fresh }: BuildRow,
    to: string,
    attempt: number,
  ): Promise<void> {
    const source = sourceOf(requireService(this.#store.read, service))
    const request = { v: 1 as const, buildId, attempt, source, commit, version, buildConfig, fresh }
    await this.#bus.call(buildCall, { to }, request, takeWithinMs)
  }

  /** Notes that a packer has it; one that was cancelled meanwhile is stopped there. */
  async #note({ id }: BuildRow, packer: string, attempt: number): Promise<void> {
    this.#leases.renew(id, this.#now())
    await this.#store.write((writing) => {
      const build = writing.builds.get(id)
      if (build?.state === 'queued') beginBuild(writing, build, packer, attempt)
      else if (build?.state === 'cancelled') this.#tellToStop(packer, id)
    })
  }

  /** What cannot be written now is taken back when its next lease has lapsed. */
  #takeBack({ id }: BuildRow): void {
    this.#leases.end(id)
    this.#inBackground(`build ${id} is not taken back`, (writing) => {
      const build = writing.builds.get(id)
      if (build?.state !== 'building') return
      const name = writing.agents.get(build.packer ?? '')?.name ?? 'its packer'
      const lost = build.lost + 1
      this.#log.warn({ buildId: id, packer: name, lost }, 'the packer of this build is silent')
      if (lost < maxLost) queueAgain(writing, build, `${name} fell silent.`, lost)
      else failBuild(writing, build, `Its packer fell silent ${maxLost} times, the last time ${name}.`)
    })
  }

  /** Nobody waits for it, and it is tried again at a later look. */
  #inBackground(what: string, job: (writing: Writing) => void): void {
    this.#store.write(job).catch(logFailure(this.#log, what))
  }

  #stop(id: number): void {
    const packer = this.#store.read.builds.get(id)?.packer
    if (packer != null) this.#tellToStop(packer, id)
  }

  /** One that does not hear it is told again at its next heartbeat. */
  #tellToStop(to: string, buildId: number): void {
    this.#bus.call(stopBuildCall, { to }, { v: 1, buildId }, stopWithinMs).catch((error: unknown) => {
      this.#log.warn({ buildId, packer: to, err: messageOf(error) }, 'the packer was not told to stop')
    })
  }
}
