import { DeployControl } from '../../shared/domain/deploy-state.ts'
import { defaultRollout, type Rollout } from '../../shared/domain/rollout.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Deploy } from '../../tracker/db/deploys.ts'
import { Random } from '../faults/random.ts'
import { BrokenInvariant } from './broken-invariant.ts'
import { checkChange, checkRest, snapshotOf } from './invariants.ts'
import { service, World } from './world.ts'

/** What may happen, and how often it does beside the rest. */
const actions = {
  'host works': 40,
  'host speaks': 20,
  'message arrives': 40,
  'message is lost': 2,
  'message is doubled': 2,
  'host asks': 3,
  look: 30,
  'look, and the tracker is killed before it tells': 1,
  'a second passes': 10,
  'time passes': 3,
  'all goes its way for a while': 14,
  'the host is cut off': 1,
  'the host is back': 2,
  'grabber stops': 1,
  'grabber starts': 2,
  'tracker restarts': 1,
  'build ends': 4,
  deploy: 4,
  control: 3,
  'retry or roll back': 2,
  'somebody locks': 1,
  'somebody unlocks': 2,
} as const
type Action = keyof typeof actions

/** The longest that anything waits for anything, several times over. */
const healWithinMs = 12 * 3_600_000

/** A random life of a tracker and its hosts, the same one for the same seed. Throws when an invariant does not hold. */
export const runModel = async (seed: string, steps: number): Promise<void> => {
  const random = new Random(seed)
  await using world = await World.create(random)
  const life = new Life(world, random)
  try {
    for (let version = 0; version < 3; version++) await world.addVersion()
    if (random.chance(0.7)) await life.installFirst()
    for (let step = 0; step < steps; step++) await life.goOn()
    await life.heal()
    checkRest(world)
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}\n${life.story()}`, { cause: error })
  }
}

class Life {
  readonly #world: World
  readonly #random: Random
  readonly #steps: string[] = []

  constructor(world: World, random: Random) {
    this.#world = world
    this.#random = random
  }

  /** What has happened so far, the last step last. */
  story(): string {
    return this.#steps.map((step, index) => `${index + 1}. ${step}`).join('\n')
  }

  /** A first version, on every host: so that there is something to go back to. */
  async installFirst(): Promise<void> {
    this.#bless(true)
    const [digest] = this.#world.store.read.artifacts.versionsByDigest().keys()
    await this.#observe(() => this.#world.deploy(digest, { ...defaultRollout, batch: '100%' }))
    await this.#healUntilQuiet(1)
    this.#bless(false)
  }

  async goOn(): Promise<void> {
    const action = this.#random.weighted(actions)
    this.#steps.push(action)
    await this.#do[action]()
  }

  /** All comes back and works, and whoever is asked for something does it: until nothing happens any more. */
  async heal(): Promise<void> {
    this.#bless(true)
    await this.#world.unlock()
    for (const host of this.#world.hosts) {
      host.isCut = false
      if (host.isDown) host.startGrabber(this.#world.now)
      host.reconnected()
    }
    await this.#healUntilQuiet(30)
  }

  async #healUntilQuiet(looks: number): Promise<void> {
    const world = this.#world
    const until = world.now + healWithinMs
    for (let quiet = 0; quiet < looks;) {
      if (world.now > until) throw new BrokenInvariant(`every deploy ends: ${this.#unfinished()}`)
      await this.#healStep()
      const isQuiet = this.#running().length === 0 && world.hosts.every((host) => host.isQuiet)
      quiet = isQuiet ? quiet + 1 : 0
    }
  }

  #bless(isBlessed: boolean): void {
    for (const host of this.#world.hosts) host.isBlessed = isBlessed
  }

  async #healStep(): Promise<void> {
    const { hosts } = this.#world
    for (const { id, state, buildId } of this.#running()) {
      if (state === 'building') await this.#observe(() => this.#world.endBuild(buildId ?? 0, true))
      if (state === 'paused') await this.#observe(() => this.#world.control(id, 'resume'))
    }
    const isIdle = this.#world.wire.length === 0 && hosts.every((host) => !host.isBusy)
    await this.#flow()
    this.#world.pass(isIdle ? 10_000 : 200)
  }

  /** Nothing is lost or late. */
  async #flow(): Promise<void> {
    const { wire, hosts } = this.#world
    this.#world.wire = []
    for (const message of wire) await this.#observe(() => this.#world.deliver(message, true))
    for (const host of hosts) {
      host.act(this.#world.now)
      if (host.hasToAsk) this.#world.ask(host)
      this.#world.speak(host)
    }
    for (const { id } of this.#running()) await this.#look(id)
  }

  readonly #do: Readonly<Record<Action, () => Promise<void> | void>> = {
    'host works': () => {
      const host = this.#host()
      for (let steps = this.#random.between(1, 4); steps > 0; steps--) host.act(this.#world.now)
      this.#tell(`${host.name}: ${host.journal?.seq ?? 0} ${host.journal?.state ?? 'idle'}`)
    },
    'host speaks': () => {
      const host = this.#host()
      this.#world.speak(host)
      this.#tell(host.name)
    },
    'message arrives': async () => {
      const { wire } = this.#world
      for (let count = this.#random.between(1, 4); count > 0 && wire.length > 0; count--) {
        const [message] = wire.splice(this.#random.chance(0.8) ? 0 : this.#anyIndex(), 1)
        const isAnswered = this.#random.chance(0.9)
        if (message) await this.#observe(() => this.#world.deliver(message, isAnswered))
      }
    },
    'message is lost': () => void this.#world.wire.splice(this.#anyIndex(), 1),
    'message is doubled': () => {
      const message = this.#world.wire[this.#anyIndex()]
      if (message) this.#world.wire.push(message)
    },
    'host asks': () => this.#world.ask(this.#host()),
    look: async () => {
      for (const { id } of this.#running()) await this.#look(id)
    },
    'look, and the tracker is killed before it tells': async () => {
      for (const { id } of this.#running()) await this.#observe(() => this.#world.look(id))
      await this.#observe(() => this.#world.restartTracker())
    },
    'a second passes': () => this.#world.pass(this.#random.between(100, 2000)),
    'time passes': () => this.#passLong(this.#random.pick([5000, 25_000, 70_000, 200_000, 2_000_000])),
    'all goes its way for a while': async () => {
      for (let rounds = this.#random.between(1, 30); rounds > 0; rounds--) {
        await this.#flow()
        this.#world.pass(100)
      }
    },
    'the host is cut off': () => void (this.#host().isCut = true),
    'the host is back': () => {
      const host = this.#host()
      if (host.isCut) host.reconnected()
      host.isCut = false
    },
    'grabber stops': () => this.#host().stopGrabber(),
    'grabber starts': () => {
      const host = this.#host()
      if (host.isDown) host.startGrabber(this.#world.now)
    },
    'tracker restarts': () => this.#observe(() => this.#world.restartTracker()),
    'build ends': async () => {
      for (const { state, buildId } of this.#running())
        if (state === 'building')
          await this.#observe(() => this.#world.endBuild(buildId ?? 0, this.#random.chance(0.8)))
    },
    deploy: () => this.#deploy(),
    control: () => this.#control(),
    'retry or roll back': async () => {
      const deploy = this.#anyDeploy()
      if (!deploy) return
      const what = this.#random.pick(['retry', 'rollBack'] as const)
      this.#tell(`${what} ${deploy.id} (${deploy.state})`)
      await this.#unlessRefused(() => this.#world[what](deploy.id))
    },
    'somebody locks': () => this.#observe(() => this.#world.lock(this.#random.between(1000, 3_600_000))),
    'somebody unlocks': () => this.#observe(() => this.#world.unlock()),
  }

  async #deploy(): Promise<void> {
    const { store } = this.#world
    const versions = [...store.read.artifacts.versionsByDigest().keys()]
    const digest = this.#random.chance(0.15) ? undefined : this.#random.pick(versions)
    const rollout = this.#rollout()
    const terms = {
      ...(this.#random.chance(0.5) ? {} : { pattern: this.#random.pick(['-1$', '-[12]$', '-[2-4]$']) }),
      queue: this.#random.chance(0.4),
      at: this.#random.chance(0.15) ? this.#world.now + this.#random.between(0, 600_000) : undefined,
    }
    this.#tell(`${digest?.slice(-2) ?? 'a ref'} ${JSON.stringify(rollout)} ${JSON.stringify(terms)}`)
    await this.#unlessRefused(() => this.#world.deploy(digest, rollout, terms))
  }

  /** Asked for again, a control changes nothing. */
  async #control(): Promise<void> {
    const deploy = this.#random.chance(0.8) ? this.#anyRunning() : this.#anyDeploy()
    if (!deploy) return
    const control = this.#random.pick(DeployControl.options)
    this.#tell(`${control} ${deploy.id} (${deploy.state})`)
    await this.#unlessRefused(() => this.#world.control(deploy.id, control))
    const once = snapshotOf(this.#world.store)
    await this.#unlessRefused(() => this.#world.control(deploy.id, control))
    const twice = snapshotOf(this.#world.store)
    if (serialized(once) !== serialized(twice))
      throw new BrokenInvariant(`a control asked for twice changes nothing: ${control} of ${deploy.id}`)
  }

  #rollout(): Rollout {
    const random = this.#random
    return {
      ...defaultRollout,
      canary: random.between(0, 2),
      batch: random.pick([1, 2, '50%', '100%', [1, '50%']]),
      max_failures: random.pick([0, 0, 1, '50%']),
      on_failure: random.pick(['rollback', 'rollback', 'pause', 'continue']),
      pause_after_canary: random.chance(0.25),
      bake: random.pick([0, 0, 10_000]),
      ready: random.pick(['0%', '50%', '100%']),
      stage_at_once: random.pick([1, 2, 500]),
      stage_jitter: random.pick([0, 0, 5000]),
    }
  }

  async #look(id: number): Promise<void> {
    await this.#observe(async () => (await this.#world.look(id))())
  }

  /** Hosts report and the engine looks, however long it takes. */
  async #passLong(ms: number): Promise<void> {
    this.#tell(`${ms} ms`)
    const slice = Math.max(1000, ms / 20)
    for (let passed = 0; passed < ms; passed += slice) {
      this.#world.pass(slice)
      for (const host of this.#world.hosts) this.#world.speak(host)
      for (const { id } of this.#running()) await this.#look(id)
    }
  }

  async #observe(happen: () => Promise<unknown>): Promise<void> {
    const before = snapshotOf(this.#world.store)
    await happen()
    checkChange({ world: this.#world, before, after: snapshotOf(this.#world.store) })
  }

  #tell(more: string): void {
    this.#steps.push(`  ${more}`)
  }

  async #unlessRefused(ask: () => Promise<unknown>): Promise<void> {
    try {
      await this.#observe(ask)
    } catch (error) {
      if (!(error instanceof PersonError)) throw error
      this.#tell(error.message)
    }
  }

  #host() {
    return this.#random.pick(this.#world.hosts)
  }

  #anyIndex(): number {
    return this.#random.between(0, Math.max(0, this.#world.wire.length - 1))
  }

  #running(): Deploy[] {
    return this.#world.store.read.deploys.running()
  }

  #anyRunning(): Deploy | undefined {
    const running = this.#running()
    return running.length === 0 ? undefined : this.#random.pick(running)
  }

  #anyDeploy(): Deploy | undefined {
    const deploys = this.#world.store.read.deploys.list({ service }, 1000)
    return deploys.length === 0 ? undefined : this.#random.pick(deploys)
  }

  #unfinished(): string {
    return this.#running()
      .map(({ id, state }) => {
        const targets = this.#world.store.read.targets.list(id)
        return `deploy ${id} (${state}): ${targets.map((target) => `${target.hostName} ${target.state}`).join(', ')}`
      })
      .join('; ')
  }
}

const serialized = ({ deploys, targets, assignments, lastEvent }: ReturnType<typeof snapshotOf>): string =>
  JSON.stringify([[...deploys], [...targets], [...assignments], lastEvent])
