import { setTimeout as sleep } from 'node:timers/promises'
import type * as z from 'zod'
import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { buildTransitions } from '../../shared/domain/deploy-state.ts'
import { assertTransition } from '../../shared/domain/transitions.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import type { Logger } from '../../shared/log.ts'
import { changedCall } from '../../shared/messages/changed.ts'
import { buildCall, compareCall, resolveCall, type buildResultCall } from '../../shared/messages/build.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Artifact } from '../db/artifacts.ts'
import type { Store, Writing } from '../db/store.ts'
import { requireService } from './find-service.ts'

export type Resolved = z.output<typeof resolveCall.reply>
export type Compared = z.output<typeof compareCall.reply>
export type BuildResult = z.output<typeof buildResultCall.request>

/** What serves a deploy: an artifact that exists, or a build that will make one. */
type BuildAnswer =
  | { readonly kind: 'artifact'; readonly artifact: Artifact }
  | { readonly kind: 'build'; readonly build: BuildRow }

const resolveWithinMs = 60_000
const takeWithinMs = 5000
const compareWithinMs = 5000
/** Three heartbeats missed: the packer is gone, and another is asked. */
const leaseMs = 20_000
const lookEveryMs = 2000
const maxAttempts = 3
/** How long a build waits for a packer to come before it fails. */
const waitForPackerMs = 60_000

/** The way to the packers. */
type Calls = Pick<NatsBus, 'call'>

/** Has commits built: asks a packer, looks after the build by its packer's heartbeats, and takes in the result. */
export class BuildDesk implements Disposable {
  readonly #store: Store
  readonly #bus: Calls
  readonly #log: Logger
  readonly #now: () => number
  readonly #stopped = new AbortController()
  /** When each build was last heard of. A restart of the tracker gives every build a full lease. */
  readonly #lastHeard = new Map<number, number>()
  readonly #asking = new Set<number>()
  readonly #timer: NodeJS.Timeout

  constructor(store: Store, bus: Calls, log: Logger, now: () => number = Date.now) {
    this.#store = store
    this.#bus = bus
    this.#log = log
    this.#now = now
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
    store.onEvents((events) => {
      if (events.some((event) => event.kind === 'build.state' && event.data.state === 'queued')) this.#look()
    })
  }

  /** What commit a ref is now, and how it would be built. Throws the packer's own PersonError for a bad ref or config. */
  async resolve(service: string, ref: string): Promise<Resolved> {
    const source = this.#sourceOf(service)
    return this.#bus.call(resolveCall, {}, { v: 1, source, ref }, resolveWithinMs).catch((error: unknown) => {
      throw error instanceof PersonError && error.code === 'unavailable' ? noPacker(error) : error
    })
  }

  /** What lies between commits and another one; those that nobody has any more are left out. Throws when no packer says it in time. */
  async compare(service: string, from: readonly string[], to: string): Promise<Compared['spans']> {
    const request = { v: 1 as const, source: this.#sourceOf(service), from: [...from], to }
    return (await this.#bus.call(compareCall, {}, request, compareWithinMs)).spans
  }

  /** Whether anything that globs name, from the top of the repo, differs between two commits; undefined when that is not known. */
  async hasChanged(
    service: string,
    from: string,
    to: string,
    globs: readonly string[],
  ): Promise<boolean | undefined> {
    const request = { v: 1 as const, source: this.#sourceOf(service), from, to, globs: [...globs] }
    const { known, path } = await this.#bus.call(changedCall, {}, request, compareWithinMs)
    return known ? path !== undefined : undefined
  }

  heartbeat(builds: readonly number[]): void {
    for (const id of builds) this.#lastHeard.set(id, this.#now())
  }

  async finish(result: BuildResult): Promise<void> {
    await this.#store.write((writing) => recordResult(writing, result))
    this.#lastHeard.delete(result.buildId)
  }

  [Symbol.dispose](): void {
    this.#stopped.abort()
    clearInterval(this.#timer)
  }

  /** Hands out what is queued, and takes back what its packer has let fall. */
  #look(): void {
    for (const build of this.#store.read.builds.running()) {
      if (build.state === 'queued' && !this.#asking.has(build.id)) void this.#handOut(build)
      if (build.state === 'building' && this.#isLapsed(build)) void this.#takeBack(build)
    }
  }

  #isLapsed(build: BuildRow): boolean {
    const heard = this.#lastHeard.get(build.id)
    if (heard === undefined) this.#lastHeard.set(build.id, this.#now())
    return heard !== undefined && this.#now() - heard > leaseMs
  }

  async #handOut(build: BuildRow): Promise<void> {
    this.#asking.add(build.id)
    try {
      await this.#ask(build)
      this.#lastHeard.set(build.id, this.#now())
      await this.#store.write((writing) => setBuilding(writing, build.id))
    } catch (error) {
      if (this.#stopped.signal.aborted) return
      if (this.#now() - build.createdAt > waitForPackerMs && build.attempts === 0) {
        await this.finish({ v: 1, buildId: build.id, outcome: 'failed', error: noPacker(error).message })
      } else {
        this.#log.warn({ buildId: build.id, err: messageOf(error) }, 'no packer took the build; asking again')
        await sleep(500 + Math.random() * 1000)
      }
    } finally {
      this.#asking.delete(build.id)
    }
  }

  async #ask(build: BuildRow): Promise<void> {
    const { id: buildId, commit, version, buildConfig } = build
    const source = this.#sourceOf(build.service)
    await this.#bus.call(buildCall, {}, { v: 1, buildId, source, commit, version, buildConfig }, takeWithinMs)
  }

  async #takeBack(build: BuildRow): Promise<void> {
    this.#lastHeard.delete(build.id)
    this.#log.warn({ buildId: build.id }, 'the packer of this build is silent')
    if (build.attempts >= maxAttempts) {
      const error = `Its packer fell silent ${maxAttempts} times.`
      await this.finish({ v: 1, buildId: build.id, outcome: 'failed', error })
      return
    }
    await this.#store.write((writing) => {
      moveBuild(writing, build.id, 'queued', build.attempts)
    })
  }

  #sourceOf(service: string): { service: string; repo: string; path: string } {
    const { repo, path } = requireService(this.#store.read, service)
    return { service, repo, path }
  }
}

const noPacker = (cause: unknown): PersonError =>
  new PersonError('unavailable', 'No packer answers, so nothing can be built.', {
    hint: 'Start one with `packer run`, or deploy an artifact that exists by its digest: SERVICE@sha256:DIGEST.',
    cause,
  })

/** The artifact of this commit, built the same way, if there is one; else the build that is running or begins now. */
export const ensureBuild = (writing: Writing, service: string, resolved: Resolved): BuildAnswer => {
  const { commit, buildConfig, version, subject } = resolved
  const artifact = writing.artifacts.byCommit(service, commit, buildConfig)
  if (artifact) {
    // The same commit under a better name: a tag that came after the build.
    if (commit.startsWith(artifact.version)) writing.artifacts.rename(artifact.digest, version)
    return { kind: 'artifact', artifact }
  }
  const running = writing.builds.findRunning(service, commit, buildConfig)
  if (running) return { kind: 'build', build: running }
  const id = writing.builds.insert({ service, version, commit, subject, buildConfig, now: writing.now })
  writing.emit({ kind: 'build.state', service, buildId: id, data: { state: 'queued', version, commit } })
  return { kind: 'build', build: required(writing, id) }
}

const setBuilding = (writing: Writing, id: number): void => {
  const build = required(writing, id)
  if (build.state === 'queued') moveBuild(writing, id, 'building', build.attempts + 1)
}

const moveBuild = (writing: Writing, id: number, state: 'queued' | 'building', attempts: number): void => {
  const build = required(writing, id)
  assertTransition(buildTransitions, build.state, state)
  writing.builds.setState(id, state, attempts)
  writing.emit({ kind: 'build.state', service: build.service, buildId: id, data: { state } })
}

/** A result that comes again, or after the build was given up, changes nothing. */
const recordResult = (writing: Writing, result: BuildResult): void => {
  const build = writing.builds.get(result.buildId)
  if (!build || build.endedAt !== null) return
  const { service, buildConfig } = build
  const now = writing.now
  if (result.outcome === 'failed') {
    writing.builds.end(build.id, { state: 'failed', error: result.error, digest: null, now })
    writing.emit({
      kind: 'build.state',
      service,
      buildId: build.id,
      data: { state: 'failed', error: result.error },
    })
    return
  }
  const { artifact, rollout } = result
  writing.artifacts.insert({ ...artifact, service, buildConfig, rollout, now })
  writing.builds.end(build.id, { state: 'built', error: null, digest: artifact.digest, now })
  for (const deploy of writing.deploys.awaiting(build.id)) giveArtifact(writing, deploy.id, artifact.digest)
  writing.emit({
    kind: 'build.state',
    service,
    buildId: build.id,
    data: { state: 'built', digest: artifact.digest },
  })
}

const giveArtifact = (writing: Writing, deployId: number, digest: string): void => {
  writing.deploys.setDigest(deployId, digest)
  writing.targets.setDigest(deployId, digest)
}

const required = (writing: Writing, id: number): BuildRow => {
  const build = writing.builds.get(id)
  if (!build) throw new Error(`build ${id} is gone`)
  return build
}
