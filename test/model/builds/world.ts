import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { vi } from 'vitest'
import { PersonError } from '../../../shared/errors.ts'
import { createLogger } from '../../../shared/log.ts'
import { BuildDesk } from '../../../tracker/builds/build-desk.ts'
import { Packers } from '../../../tracker/builds/packers.ts'
import { Sources } from '../../../tracker/builds/sources.ts'
import type { BuildResult } from '../../../tracker/builds/record-result.ts'
import { Store } from '../../../tracker/db/store.ts'
import { lookAt } from '../../../tracker/deploy/look.ts'
import { OrderDesk } from '../../../tracker/fleet/order-desk.ts'
import { Presence } from '../../../tracker/fleet/presence.ts'
import { Hooks } from '../../../tracker/hooks/hooks.ts'
import { Links } from '../../../tracker/links/links.ts'
import { Settings } from '../../../tracker/settings/settings.ts'
import { Removals } from '../../../tracker/upkeep/removals.ts'
import { Upkeep } from '../../../tracker/upkeep/upkeep.ts'
import { TemporaryDirectory } from '../../dev-env/temporary-directory.ts'
import { addBuilt } from '../../fixtures/add-built.ts'
import type { Random } from '../../faults/random.ts'
import { Fleet } from './fleet.ts'
import { HandOuts } from './hand-outs.ts'
import { PackerSite, type Repos } from './packer-site.ts'
import { buildConfigOf, digestOf, SimulatedPacker } from './simulated-packer.ts'
import { SimulatedRepo } from './simulated-repo.ts'
import { SimulatedStore } from './simulated-store.ts'
import { Line, Wire } from './wire.ts'

export const services = ['web', 'lib', 'tools'] as const
/** What a packer needs to build a service. */
const labelsOf = (service: string): Record<string, string> => (service === 'tools' ? { arch: 'arm' } : {})

const began = 1_790_000_000_000
const dayMs = 24 * 3_600_000
const silentAfterMs = 150_000
/** More turns of the event loop than what one event sets off takes, from a commit to the next question. */
const turns = 16

/** What a tracker has only in its memory: a restart makes it anew. */
interface Memory extends Disposable {
  readonly store: Store
  readonly line: Line
  readonly handOuts: HandOuts
  readonly presence: Presence
  readonly orders: OrderDesk
  readonly builds: BuildDesk
  readonly sources: Sources
  readonly hooks: Hooks
  readonly upkeep: Upkeep
  /** What somebody asked for, of this tracker. */
  readonly asking: Set<Promise<unknown>>
}

/**
 * The tracker's own parts that have to do with builds, on a real database; simulated packers, repos and store; and a network
 * that nobody can rely on between them. Timers of the parts go by the world's clock.
 */
export class World implements AsyncDisposable {
  readonly wire = new Wire()
  readonly artifacts: SimulatedStore
  readonly repos: Repos
  readonly site: PackerSite
  readonly fleet: Fleet
  /** What no promise allows, found where nobody hears an error. */
  broken: unknown
  now = began
  /** How often anything was written down. */
  writes = 0
  readonly #directory: TemporaryDirectory
  #memory!: Memory

  private constructor(directory: TemporaryDirectory, random: Random) {
    this.#directory = directory
    this.artifacts = new SimulatedStore(() => this.now)
    this.repos = new Map(services.map((service) => [service, new SimulatedRepo(service)]))
    this.fleet = new Fleet(services, random, () => this.now)
    const packers = Array.from(
      { length: random.between(1, 4) },
      (_, index) => new SimulatedPacker(index + 1, random, this.artifacts, this.#basesOf),
    )
    this.site = new PackerSite(packers, this.repos, labelsOf, random)
  }

  static async create(random: Random): Promise<World> {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    const jitter = vi.spyOn(Math, 'random')
    jitter.mockImplementation(() => random.next())
    const world = new World(await TemporaryDirectory.create(), random)
    await world.#remember()
    await world.store.write((writing) => {
      for (const name of services)
        writing.services.upsert({ name, repo: `/srv/${name}`, path: '.', now: began })
      for (const { id, name, service } of world.fleet.hosts)
        writing.agents.upsert({
          ...{ id, kind: 'host', name, cluster: service, labels: {}, nkey: id, now: began },
        })
      writing.keepRules.put({ service: null, last: 1, days: 1, tags: [], setBy: 'ann', setAt: began })
    })
    await world.settle()
    return world
  }

  /** Commits that were built some days ago, by packers as they are. */
  async addPast(service: string, commits: number): Promise<void> {
    for (let count = 0; count < commits; count++) {
      const commit = this.repo(service).push(false)
      const buildConfig = buildConfigOf(1)
      const digest = digestOf(service, commit, buildConfig)
      this.artifacts.add(digest, began)
      const resolved = { commit, buildConfig, version: commit.slice(0, 10), on: labelsOf(service) }
      await this.store.write((writing) => addBuilt(writing, digest, resolved, service))
      this.now += dayMs
    }
  }

  get store(): Store {
    return this.#memory.store
  }

  get builds(): BuildDesk {
    return this.#memory.builds
  }

  get hooks(): Hooks {
    return this.#memory.hooks
  }

  get upkeep(): Upkeep {
    return this.#memory.upkeep
  }

  /** What deploys are made in. */
  get context() {
    const { store, presence, sources } = this.#memory
    return { store, presence, sources, now: () => this.now }
  }

  get packers(): readonly SimulatedPacker[] {
    return this.site.packers
  }

  repo(service: string): SimulatedRepo {
    const found = this.repos.get(service)
    if (!found) throw new Error(`no repo of ${service}`)
    return found
  }

  /** Time goes on: for the parts' timers at most for a minute or so, as where a machine was asleep. */
  pass(ms: number): void {
    this.now += ms
    this.fleet.tick()
    vi.advanceTimersByTime(Math.min(ms, 70_000))
  }

  /** Until all that was set off is done, but for what waits for the network, the store or a timer. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < turns; turn++) await setImmediate()
    this.#memory.handOuts.endStep()
    if (this.broken !== undefined) throw this.broken as Error
  }

  /** Looks after what somebody asked for: it may be refused, or end with the tracker, but not fail otherwise. */
  watch(asked: Promise<unknown>): void {
    const { asking } = this.#memory
    asking.add(asked)
    asked
      .catch((error: unknown) => {
        if (!(error instanceof PersonError)) this.broken ??= error
      })
      .finally(() => asking.delete(asked))
      .catch(() => undefined)
  }

  /** What this tracker has not answered. */
  asked(): string[] {
    return [...this.#memory.asking].map(() => 'somebody waits for an answer')
  }

  /** Puts what a packer has to say onto the wire. */
  speak(packer: SimulatedPacker): void {
    if (!packer.isUp || packer.isFrozen || packer.isCut) return
    const { id, heartbeat } = packer
    this.wire.send(`heartbeat of ${id}`, () => {
      this.#memory.handOuts.hear(id, heartbeat)
      this.builds.heartbeat(id, heartbeat)
    })
    for (const result of packer.results) {
      const what = `build ${result.buildId} of ${id} ${result.outcome}`
      this.wire.send(what, () => void this.#finish(packer, result))
    }
  }

  async lookAtDeploys(): Promise<void> {
    const { store, orders: desk, presence } = this.#memory
    for (const { id } of store.read.deploys.running()) {
      const { announce } = await lookAt({ store, desk, presence, now: () => this.now }, id)
      for (const tell of announce) await tell()
    }
    for (const host of this.fleet.hosts)
      if (host.hasToAsk) {
        host.asked(this.now)
        for (const { hostId, service } of store.read.assignments.list())
          if (hostId === host.id) desk.send(hostId, service)
      }
    await this.fleet.flow(store, presence)
  }

  async restartTracker(): Promise<void> {
    this.#memory[Symbol.dispose]()
    this.artifacts.forgetAskers()
    await this.#remember()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#memory[Symbol.dispose]()
    vi.useRealTimers()
    vi.restoreAllMocks()
    await this.#directory[Symbol.asyncDispose]()
  }

  /** A packer that is stopped or gone does not hear the answer, and tells it again, or not. */
  async #finish(packer: SimulatedPacker, result: BuildResult): Promise<void> {
    const { builds, handOuts } = this.#memory
    if (result.outcome === 'declined') handOuts.declined(result.buildId, packer.id)
    try {
      await builds.finish(packer.id, result)
    } catch {
      return // it comes again
    }
    this.wire.send(`thanks to ${packer.id} for build ${result.buildId}`, () => {
      if (!packer.isFrozen && !packer.isCut) packer.told(result)
    })
  }

  async #remember(): Promise<void> {
    const now = (): number => this.now
    const log = createLogger('model', 'silent')
    const store = await Store.open(join(this.#directory.path, 'tracker.db'), () => {
      this.writes++
      return this.now
    })
    const handOuts = new HandOuts(store, now)
    const line = new Line(this.wire, (question) => this.site.hear(question), {
      offered: (id, packer) => this.#judge(() => handOuts.offer(id, packer)),
      settled: (id, packer, isTaken) => handOuts.settled(id, packer, isTaken),
    })
    const { artifacts } = this
    artifacts.owner = store.read.identity.get()
    const removals = new Removals(artifacts, store.read.artifacts, now)
    const presence = new Presence(store, silentAfterMs, log, now)
    const packers = new Packers()
    const sources = new Sources({ store, bus: line, packers, now })
    const builds = new BuildDesk({ store, bus: line, packers, artifacts: removals, log, now })
    const hooks = new Hooks({
      ...{ store, sources, presence, key: 'a key', log, now },
      publicUrl: () => 'https://tracker.example',
      statuses: { look: () => undefined },
    })
    const links = new Links({ store, sources, log })
    const upkeep = new Upkeep({ store, artifacts, removals, log, now })
    const settings = new Settings(store, 'a key')
    const bus = { publish: this.fleet.publish }
    const orders = new OrderDesk({ store, bus, key: this.fleet.key, settings, log, now })
    const parts = [upkeep, links, hooks, line, builds, presence, store]
    this.#memory = {
      ...{ store, line, handOuts, presence, orders, builds, sources, hooks, upkeep },
      asking: new Set(),
      [Symbol.dispose]: () => {
        for (const part of parts) part[Symbol.dispose]()
      },
    }
    hooks.look()
    void links.run()
    orders.announceRestart()
  }

  #judge(look: () => void): void {
    try {
      look()
    } catch (error) {
      this.broken ??= error
    }
  }

  /** What the bases of a service are now. */
  readonly #basesOf = (service: string): string[] =>
    this.store.read.links
      .list()
      .filter((link) => link.service === service)
      .map(({ newest }) => newest ?? 'none')
}
