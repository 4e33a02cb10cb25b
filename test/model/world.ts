import { createPublicKey } from 'node:crypto'
import { join } from 'node:path'
import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import type { DeployControl } from '../../shared/domain/deploy-state.ts'
import { defaultRollout, type Rollout } from '../../shared/domain/rollout.ts'
import { createLogger } from '../../shared/log.ts'
import { lookNowMessage } from '../../shared/messages/assignments.ts'
import type { HostEvent } from '../../shared/messages/host-events.ts'
import type { SignedOrder } from '../../shared/messages/order.ts'
import { exampleResolved } from '../../shared/messages/sources.ts'
import { orderMessage } from '../../shared/messages/order.ts'
import type { VersionReport } from '../../shared/messages/version-report.ts'
import { generatePrivateKey } from '../../shared/signing/keys.ts'
import { openOrder } from '../../shared/signing/orders.ts'
import { BuildDesk } from '../../tracker/builds/build-desk.ts'
import { Packers } from '../../tracker/builds/packers.ts'
import { Sources } from '../../tracker/builds/sources.ts'
import { Store } from '../../tracker/db/store.ts'
import { controlDeploy } from '../../tracker/deploy/request/controls.ts'
import { lookAt } from '../../tracker/deploy/look.ts'
import { requestDeploy, requestRetry, requestRollback } from '../../tracker/deploy/request/requests.ts'
import { applyRules } from '../../tracker/deploy/request/standing-rules.ts'
import { recordHostEvents } from '../../tracker/deploy/targets/host-events.ts'
import { OrderDesk } from '../../tracker/fleet/order-desk.ts'
import { Settings } from '../../tracker/settings/settings.ts'
import { Presence } from '../../tracker/fleet/presence.ts'
import { recordVersionReport } from '../../tracker/deploy/targets/version-reports.ts'
import { TemporaryDirectory } from '../dev-env/temporary-directory.ts'
import type { Random } from '../faults/random.ts'
import { SimulatedHost } from './simulated-host.ts'

export const service = 'web'
const cluster = 'prod'
/** Versions that were rolled back are deployed again and again here. */
const author = {
  createdBy: 'ann',
  reason: 'to see what happens',
  force: true,
  queue: false,
  ignoreFreeze: false,
}
const silentAfterMs = 150_000
const began = 1_790_000_000_000
const key = generatePrivateKey()
/** The only packer; it takes every build, and says how each ends only when it is told to. */
const packer = 'p0123456789ab'
const publicKey = createPublicKey(key)

/** A message on its way. */
export type Message =
  | { readonly to: SimulatedHost; readonly order: SignedOrder }
  | { readonly to: SimulatedHost; readonly restarted: boolean }
  | { readonly from: SimulatedHost; readonly events: readonly HostEvent[] }
  | { readonly from: SimulatedHost; readonly report: VersionReport }

/** What a tracker has only in its memory: a restart makes it anew. */
interface Memory {
  readonly store: Store
  readonly presence: Presence
  readonly desk: OrderDesk
  readonly builds: BuildDesk
  readonly sources: Sources
}

/** The tracker's own parts on a real database, simulated hosts, and a network that nobody can rely on between them. */
export class World implements AsyncDisposable {
  readonly hosts: readonly SimulatedHost[]
  /** In the order in which they were sent. */
  wire: Message[] = []
  now = began
  readonly #directory: TemporaryDirectory
  #memory: Memory
  #versions = 0
  #byId = new Map<string, SimulatedHost>()

  private constructor(directory: TemporaryDirectory, hosts: readonly SimulatedHost[], store: Store) {
    this.#directory = directory
    this.hosts = hosts
    this.#memory = this.#remember(store)
    for (const host of hosts) this.#byId.set(host.id, host)
  }

  static async create(random: Random, count = random.between(1, 7)): Promise<World> {
    const directory = await TemporaryDirectory.create()
    const hosts = Array.from({ length: count }, (_, index) => new SimulatedHost(index + 1, service, random))
    const clock = { now: () => began }
    const store = await Store.open(join(directory.path, 'tracker.db'), () => clock.now())
    const world = new World(directory, hosts, store)
    clock.now = () => world.now
    await store.write((writing) => {
      writing.services.upsert({ name: service, repo: '/nowhere', path: '.', now: began })
      for (const { id, name } of hosts)
        writing.agents.upsert({ id, kind: 'host', name, cluster, labels: {}, nkey: id, now: began })
    })
    return world
  }

  get store(): Store {
    return this.#memory.store
  }

  /** Time goes on, for the hosts and for the packer. */
  pass(ms: number): void {
    this.now += ms
    for (const host of this.hosts) host.tick(this.now)
    this.#memory.builds.heartbeat(packer, { v: 1, capacity: 8, labels: {}, sandbox: true, builds: [] })
  }

  // What people do.

  /** A new version of which the artifact exists. */
  async addVersion(): Promise<void> {
    const artifact = { ...this.#newArtifact(), service, buildConfig: 'c'.repeat(64), rollout: defaultRollout }
    await this.store.write((writing) => writing.artifacts.insert({ ...artifact, now: this.now }))
  }

  /** With a digest, or of a commit that has to be built first. */
  async deploy(
    digest: string | undefined,
    rollout: Partial<Rollout>,
    { pattern, queue = false, at }: { pattern?: string; queue?: boolean; at?: number | undefined } = {},
  ): Promise<number> {
    const what = digest === undefined ? { ref: `v${++this.#versions}` } : { digest }
    const selection = { clusters: [], labels: [], ...(pattern === undefined ? {} : { pattern }) }
    const body = { service, ...what, rollout, selection, at, force: true, queue, ignoreFreeze: false }
    return this.store.write(await requestDeploy(this.#context, body, { ...author, queue }))
  }

  async retry(id: number): Promise<number> {
    return this.store.write(await requestRetry(this.#context, id, author))
  }

  async rollBack(id: number): Promise<number> {
    return this.store.write(requestRollback(this.#context, id, author))
  }

  control(id: number, control: DeployControl): Promise<number> {
    return this.store.write(controlDeploy(this.store, id, control, author))
  }

  async lock(ms: number): Promise<void> {
    const lock = { service, owner: 'bob', reason: 'migration', takenAt: this.now, expiresAt: this.now + ms }
    await this.store.write((writing) => writing.locks.put(lock))
  }

  async unlock(): Promise<void> {
    await this.store.write((writing) => writing.locks.remove({ service }))
  }

  async endBuild(buildId: number, isGood: boolean): Promise<void> {
    const result = isGood
      ? { outcome: 'built' as const, artifact: this.#newArtifact(), rollout: defaultRollout }
      : { outcome: 'failed' as const, error: 'it does not compile' }
    await this.#memory.builds.finish(packer, { v: 1, buildId, attempt: 1, ...result })
  }

  // What the tracker does by itself.

  /** Gives hosts what the standing rules say; returns the deploy that does, if there is one. */
  applyRules(): Promise<number | undefined> {
    const { store, presence } = this.#memory
    const known = store.read.services.get(service)
    if (!known) throw new Error(`${service} is gone`)
    return applyRules({ store, presence }, known)
  }

  /** Writes down what comes next for a deploy; what is returned tells the hosts. */
  async look(id: number): Promise<() => Promise<void>> {
    const { store, desk, presence } = this.#memory
    const { announce } = await lookAt({ store, desk, presence, now: () => this.now }, id)
    return async () => {
      for (const tell of announce) await tell()
    }
  }

  async restartTracker(): Promise<void> {
    this.#forget()
    const store = await Store.open(join(this.#directory.path, 'tracker.db'), () => this.now)
    this.#memory = this.#remember(store)
    this.#memory.desk.announceRestart()
  }

  // What hosts and the network do.

  /** Puts what the host has to say onto the wire. */
  speak(host: SimulatedHost): void {
    if (host.isDown || host.isCut) return
    if (host.outbox.length > 0) this.wire.push({ from: host, events: [...host.outbox] })
    if (host.hasToReport) this.wire.push({ from: host, report: host.report(this.now) })
  }

  /** Asks for all that the host should have. */
  ask(host: SimulatedHost): void {
    if (host.isDown || host.isCut) return
    host.asked(this.now)
    for (const signed of this.#memory.desk.ordersOf(host.id).orders)
      host.accept(openOrder(signed, publicKey), this.now)
  }

  /** `isAnswered` says whether the answer to it arrives. */
  async deliver(message: Message, isAnswered: boolean): Promise<void> {
    if ('to' in message) this.#toHost(message)
    else await this.#toTracker(message, isAnswered)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#forget()
    await this.#directory[Symbol.asyncDispose]()
  }

  #toHost(message: Extract<Message, { to: SimulatedHost }>): void {
    const { to } = message
    if (to.isCut || to.isDown) return
    if ('order' in message) to.accept(openOrder(message.order, publicKey), this.now)
    else if (message.restarted) to.reconnected()
    else to.hasToAsk = true
  }

  async #toTracker(message: Extract<Message, { from: SimulatedHost }>, isAnswered: boolean): Promise<void> {
    const { from } = message
    const { store, presence } = this.#memory
    const agent = store.read.agents.get(from.id)
    if (!agent) throw new Error(`${from.name} is not enrolled`)
    if ('events' in message) {
      await store.write((writing) => recordHostEvents(writing, agent, message.events))
      if (isAnswered) from.stored(new Set(message.events.map(({ id }) => id)))
    } else {
      const isNews = presence.heard(from.id, message.report.at)
      await store.write((writing) => recordVersionReport(writing, agent, message.report, isNews))
      if (!isAnswered) from.hasToReport = true
    }
  }

  get #context() {
    const { store, presence, sources } = this.#memory
    return { store, presence, sources, now: () => this.now }
  }

  #newArtifact() {
    const number = ++this.#versions
    const digest = number.toString(16).padStart(64, 'd')
    const sizes = { size: 1, unpackedSize: 1, entries: 1 }
    return { digest, version: `v${number}`, commit: number.toString(16).padStart(40, 'e'), ...sizes }
  }

  #remember(store: Store): Memory {
    const now = (): number => this.now
    const log = createLogger('model', 'silent')
    const settings = new Settings(store, 'a key')
    const [bus, packers] = [{ call: this.#askPacker }, new Packers()]
    return {
      store,
      presence: new Presence(store, silentAfterMs, log, now),
      desk: new OrderDesk({ store, bus: { publish: this.#publish }, key, settings, log, now }),
      builds: new BuildDesk({
        store,
        bus,
        packers,
        artifacts: { has: () => Promise.resolve(true) },
        log,
        now,
      }),
      sources: new Sources({ store, bus, packers, now }),
    }
  }

  #forget(): void {
    const { store, presence, builds } = this.#memory
    builds[Symbol.dispose]()
    presence[Symbol.dispose]()
    store[Symbol.dispose]()
  }

  readonly #publish: NatsBus['publish'] = (message, parameters, payload) => {
    const { host } = parameters as { host?: string }
    if (message.name === orderMessage.name) {
      const to = this.#byId.get(host ?? '')
      if (to) this.wire.push({ to, order: orderMessage.payload.parse(payload) })
    } else {
      const { restarted } = lookNowMessage.payload.parse(payload)
      for (const to of this.hosts) this.wire.push({ to, restarted })
    }
  }

  /** Knows every ref, and never says that it has begun a build. */
  readonly #askPacker: NatsBus['call'] = (call, _, request) => {
    if (call.name !== 'resolve') return new Promise(() => undefined)
    const { ref } = request as { ref: string }
    const commit = ref.startsWith('v') ? Number(ref.slice(1)).toString(16).padStart(40, 'f') : ref
    const build = { ...exampleResolved, subject: ref, committedAt: this.now }
    return Promise.resolve(call.reply.parse({ ...build, commit, version: ref.slice(0, 20) }))
  }
}
