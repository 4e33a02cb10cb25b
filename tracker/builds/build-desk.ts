import type { ArtifactStore } from '../../shared/artifact-store.ts'
import type { Event } from '../../shared/domain/event.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/log.ts'
import { buildCall, stopBuildCall, type Resolved, type Source } from '../../shared/messages/build.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Store } from '../db/store.ts'
import { compareCommits, hasChanged, resolveRef, type Calls, type Compared } from './ask-packers.ts'
import { requireService } from './find-service.ts'
import { beginBuild, failBuild, hasEnded, queueAgain } from './move-build.ts'
import { nextHandOut, type HandOut } from './next-hand-out.ts'
import { packerLeaseMs, Packers, type Heartbeat, type PresentPacker } from './packers.ts'
import { recordResult, type BuildResult } from './record-result.ts'
import { Unserved } from './unserved.ts'

const takeWithinMs = 5000
const stopWithinMs = 5000
const lookEveryMs = 2000
/** A packer that did not take a build is not asked for it again before this. */
const askAgainAfterMs = 2000
/** So long after a hand-out a heartbeat may still be from before it. */
const overtakingMs = 5000
/** So often a build is given to another packer when its own falls silent: it may be the build that ends them. */
const maxLost = 3

export interface BuildDeskOptions {
  readonly store: Store
  readonly bus: Calls
  readonly artifacts: Pick<ArtifactStore, 'has'>
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
  readonly #packers = new Packers()
  readonly #unserved: Unserved
  /** When each build was last heard of from the packer that has it. A restart of the tracker gives every build a full lease. */
  readonly #lastHeard = new Map<number, number>()
  /** Builds that are just being handed out, and to whom. */
  readonly #asking = new Map<number, string>()
  /** Until when a packer is not asked for a build; for ever when it declined. */
  readonly #refused = new Map<number, Map<string, number>>()
  readonly #timer: NodeJS.Timeout
  #stopped = false

  constructor({ store, bus, artifacts, log, now = Date.now }: BuildDeskOptions) {
    this.#store = store
    this.#bus = bus
    this.#artifacts = artifacts
    this.#log = log
    this.#now = now
    this.#unserved = new Unserved()
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
    store.onEvents((events) => this.#hear(events))
  }

  /** What commit a ref is now, and how it would be built. Throws the packer's own PersonError for a bad ref or config. */
  resolve(service: string, ref: string): Promise<Resolved> {
    return resolveRef(this.#bus, this.#sourceOf(service), ref, () => this.packers())
  }

  /** What lies between commits and another one; those that nobody has any more are left out. Throws when no packer says it in time. */
  async compare(service: string, from: readonly string[], to: string): Promise<Compared['spans']> {
    return compareCommits(this.#bus, this.#sourceOf(service), from, to)
  }

  /** Whether anything that globs name, from the top of the repo, differs between two commits; undefined when that is not known. */
  async hasChanged(
    service: string,
    from: string,
    to: string,
    globs: readonly string[],
  ): Promise<boolean | undefined> {
    return hasChanged(this.#bus, this.#sourceOf(service), from, to, globs)
  }

  /** The packers that are there. */
  packers(): PresentPacker[] {
    return this.#packers.present(this.#now())
  }

  /** What a packer says of itself: which builds are in its hands decides, not what is remembered of it. */
  heartbeat(packer: string, heartbeat: Heartbeat): void {
    const now = this.#now()
    this.#packers.hear(packer, heartbeat, now)
    const held = new Set(heartbeat.builds.map(({ id }) => id))
    for (const { id, attempt } of heartbeat.builds) this.#hearOf(packer, id, attempt)
    for (const build of this.#store.read.builds.running()) {
      const isForgotten = build.state === 'building' && build.packer === packer && !held.has(build.id)
      if (isForgotten && now - (build.startedAt ?? now) > overtakingMs) void this.#takeBack(build)
    }
    this.#look()
  }

  /** Takes a result in, whoever brings it. Throws when the store cannot be asked whether it has the artifact. */
  async finish(packer: string, result: BuildResult): Promise<void> {
    if (result.outcome === 'declined') this.#refuse(result.buildId, packer, Infinity)
    const checked = await this.#checked(result)
    await this.#store.write((writing) => recordResult(writing, packer, checked))
    this.#lastHeard.delete(result.buildId)
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
      void this.#note(build, packer, attempt).finally(() => this.#asking.delete(id))
    } else if (build.state === 'building' && build.packer === packer) this.#lastHeard.set(id, this.#now())
    else if (build.state === 'building') this.#tellToStop(packer, id)
  }

  /** Takes back what its packer has let fall, and hands out what is queued. */
  #look(): void {
    if (this.#stopped) return
    const running = this.#store.read.builds.running()
    this.#forgetEnded(running)
    for (const build of running) {
      if (build.state === 'building' && this.#isLapsed(build)) void this.#takeBack(build)
    }
    for (let next = this.#next(running); next; next = this.#next(running)) void this.#handOut(next)
    const unserved = this.#unserved.given(
      running.filter((build) => this.#isWaiting(build)),
      this.packers(),
      this.#hasDeclined,
      this.#now(),
    )
    for (const [{ id }, error] of unserved) {
      void this.#store.write((writing) => {
        const build = writing.builds.get(id)
        if (build && !hasEnded(build)) failBuild(writing, build, error)
      })
    }
  }

  #forgetEnded(running: readonly BuildRow[]): void {
    const ids = new Set(running.map(({ id }) => id))
    for (const known of [this.#lastHeard, this.#refused])
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
  }

  #isLapsed(build: BuildRow): boolean {
    const heard = this.#lastHeard.get(build.id)
    if (heard === undefined) this.#lastHeard.set(build.id, this.#now())
    return heard !== undefined && this.#now() - heard > packerLeaseMs
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
      refused: (build, packer) => this.#now() < this.#refusedUntil(build.id, packer.id),
    })
  }

  #refusedUntil(build: number, packer: string): number {
    return this.#refused.get(build)?.get(packer) ?? 0
  }

  #refuse(build: number, packer: string, until: number): void {
    this.#refused.set(build, (this.#refused.get(build) ?? new Map<string, number>()).set(packer, until))
  }

  async #handOut({ build, packer }: HandOut): Promise<void> {
    const attempt = build.attempts + 1
    this.#asking.set(build.id, packer.id)
    try {
      await this.#ask(build, packer.id, attempt)
      await this.#note(build, packer.id, attempt)
    } catch (error) {
      if (this.#stopped) return
      this.#refuse(build.id, packer.id, this.#now() + askAgainAfterMs)
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
    const source = this.#sourceOf(service)
    const request = { v: 1 as const, buildId, attempt, source, commit, version, buildConfig, fresh }
    await this.#bus.call(buildCall, { to }, request, takeWithinMs)
  }

  /** Notes that a packer has it; one that was cancelled meanwhile is stopped there. */
  async #note({ id }: BuildRow, packer: string, attempt: number): Promise<void> {
    this.#lastHeard.set(id, this.#now())
    await this.#store.write((writing) => {
      const build = writing.builds.get(id)
      if (build?.state === 'queued') beginBuild(writing, build, packer, attempt)
      else if (build?.state === 'cancelled') this.#tellToStop(packer, id)
    })
  }

  async #takeBack({ id }: BuildRow): Promise<void> {
    this.#lastHeard.delete(id)
    await this.#store.write((writing) => {
      const build = writing.builds.get(id)
      if (build?.state !== 'building') return
      const name = writing.agents.get(build.packer ?? '')?.name ?? 'its packer'
      const lost = build.lost + 1
      this.#log.warn({ buildId: id, packer: name, lost }, 'the packer of this build is silent')
      if (lost < maxLost) queueAgain(writing, build, `${name} fell silent.`, lost)
      else failBuild(writing, build, `Its packer fell silent ${maxLost} times, the last time ${name}.`)
    })
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

  readonly #hasDeclined = (build: BuildRow, packer: PresentPacker): boolean =>
    this.#refusedUntil(build.id, packer.id) === Infinity

  #sourceOf(service: string): Source {
    const { repo, path } = requireService(this.#store.read, service)
    return { service, repo, path }
  }
}
