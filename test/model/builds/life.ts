import type { Random } from '../../faults/random.ts'
import { BrokenInvariant } from '../broken-invariant.ts'
import { Forge } from './forge.ts'
import { checkChange } from './invariants/check-change.ts'
import { snapshotOf, type Snapshot } from './invariants/snapshot.ts'
import { People } from './people.ts'
import type { SimulatedPacker } from './simulated-packer.ts'
import { services, type World } from './world.ts'

/** What may happen, and how often it does beside the rest. */
const actions = {
  'a packer works': 24,
  'a packer speaks': 15,
  'a message arrives': 40,
  'a message is lost': 4,
  'a message is doubled': 3,
  'the store answers': 12,
  'the store fails': 1,
  'the store gets slow': 2,
  'the store gets fast': 3,
  'a second passes': 8,
  'time passes': 3,
  'a day passes': 3,
  'all goes its way for a while': 12,
  'a packer is killed': 3,
  'a packer starts': 4,
  'a packer freezes': 2,
  'a packer thaws': 3,
  'a packer is cut off': 2,
  'a packer is back': 3,
  'a packer is upgraded': 0.5,
  'the tracker restarts': 2,
  'somebody pushes': 12,
  'the forge tells': 20,
  'somebody asks for a build': 10,
  'somebody asks for what was given up': 4,
  'somebody deploys': 6,
  'somebody cancels a build': 3,
  'somebody cancels a deploy': 1,
  'somebody links': 3,
  'somebody prunes': 3,
} as const
type Action = keyof typeof actions

const dayMs = 24 * 3_600_000
/** The longest that anything waits for anything, several times over: a hook for a packer, and a build for its turn. */
const healWithinMs = 2 * 3_600_000
const roundMs = 500
const idleRoundMs = 10_000
/** What has not ended after so many rounds waits for time to pass. */
const briskRounds = 300
/** Links look again each minute, hooks sooner. */
const quietRounds = 8

/** A random life of all that has to do with builds, whose promises are looked at after everything that happens. */
export class Life {
  readonly #world: World
  readonly #random: Random
  readonly #forge: Forge
  readonly #people: People
  readonly #steps: string[] = []
  #last: Snapshot
  #changes = 0

  constructor(world: World, random: Random) {
    this.#world = world
    this.#random = random
    this.#forge = new Forge(world, random)
    this.#people = new People(world, random)
    this.#last = snapshotOf(world.store)
  }

  /** What has happened so far, the last step last. */
  story(): string {
    return this.#steps.map((step, index) => `${index + 1}. ${step}`).join('\n')
  }

  async begin(): Promise<void> {
    for (const service of services) await this.#world.addPast(service, this.#random.between(1, 3))
    for (const service of services)
      if (this.#random.chance(0.8)) await this.#forge.addHook(service, this.#random.chance(0.7))
    for (const packer of this.#world.packers) this.#world.speak(packer)
  }

  async goOn(): Promise<void> {
    const action = this.#random.weighted(actions)
    this.#steps.push(action)
    const what = await this.#do[action]()
    if (typeof what === 'string') this.#steps.push(`  ${what}`)
    await this.#look()
  }

  /**
   * One packer that can build everything comes back and works, others do or never will, until nothing happens any more. Throws
   * when something goes on for ever.
   */
  async heal(): Promise<void> {
    this.#steps.push('all is healed')
    this.#world.fleet.bless()
    this.#world.artifacts.isSlow = false
    const [first, ...others] = this.#world.packers
    if (first) this.#mend(first)
    for (const packer of others)
      if (this.#random.chance(0.5)) this.#mend(packer)
      else packer.kill()
    const until = this.#world.now + healWithinMs
    let rounds = 0
    for (let quiet = 0; quiet < quietRounds; quiet = this.#isQuiet() ? quiet + 1 : 0) {
      if (this.#world.now > until) throw new BrokenInvariant(`everything ends: ${this.#unfinished()}`)
      await this.#flow()
      this.#world.pass(this.#isQuiet() || ++rounds > briskRounds ? idleRoundMs : roundMs)
    }
  }

  readonly #do: Readonly<Record<Action, () => unknown>> = {
    'a packer works': () => {
      const busy = this.#world.packers.filter(({ held }) => held.size > 0)
      const packer = busy.length > 0 ? this.#random.pick(busy) : this.#packer()
      for (let steps = this.#random.between(1, 4); steps > 0; steps--) packer.act()
      return `${packer.id}: ${[...packer.held].map(([id, { left, result }]) => `${id} ${result?.outcome ?? left}`).join()}`
    },
    'a packer speaks': () => this.#world.speak(this.#packer()),
    'a message arrives': async () => {
      const { wire } = this.#world
      const arrived = []
      for (let count = this.#random.between(1, 4); count > 0 && wire.messages.length > 0; count--) {
        const [message] = wire.messages.splice(this.#random.chance(0.8) ? 0 : this.#anyIndex(), 1)
        message?.deliver()
        arrived.push(message?.what)
        await this.#world.settle()
      }
      return arrived.join(', ')
    },
    'a message is lost': () => this.#world.wire.messages.splice(this.#anyIndex(), 1)[0]?.what,
    'a message is doubled': () => {
      const message = this.#world.wire.messages[this.#anyIndex()]
      if (message) this.#world.wire.messages.push(message)
      return message?.what
    },
    'the store answers': async () => {
      const answers = []
      for (let count = this.#random.between(1, 4); count > 0; count--) {
        answers.push(this.#world.artifacts.answerAny(this.#random))
        await this.#world.settle()
      }
      return answers.join(', ')
    },
    'the store fails': () => this.#world.artifacts.failAny(this.#random),
    'the store gets slow': () => void (this.#world.artifacts.isSlow = true),
    'the store gets fast': () => void (this.#world.artifacts.isSlow = false),
    'a second passes': () => {
      this.#world.pass(this.#random.between(100, 2500))
      for (const packer of this.#world.packers) this.#world.speak(packer)
    },
    'time passes': () => {
      const ms = this.#random.pick([6000, 16_000, 65_000, 1_200_000])
      this.#world.pass(ms)
      return `${ms} ms`
    },
    'a day passes': () => this.#world.pass(this.#random.between(1, 3) * dayMs),
    'all goes its way for a while': async () => {
      for (let rounds = this.#random.between(1, 25); rounds > 0; rounds--) {
        await this.#flow()
        this.#world.pass(roundMs)
      }
    },
    'a packer is killed': () => this.#packer().kill(),
    'a packer starts': () => {
      const packer = this.#packer()
      packer.isUp = true
      return packer.id
    },
    'a packer freezes': () => {
      const packer = this.#packer()
      packer.isFrozen = true
      return packer.id
    },
    'a packer thaws': () => this.#world.site.thaw(this.#packer()),
    'a packer is cut off': () => {
      const packer = this.#packer()
      packer.isCut = true
      return packer.id
    },
    'a packer is back': () => {
      const packer = this.#packer()
      packer.isCut = false
      return packer.id
    },
    'a packer is upgraded': () => {
      const packer = this.#packer()
      packer.kill()
      packer.isUp = true
      packer.tools++
      packer.capacity = this.#random.between(1, 3)
      return packer.id
    },
    'the tracker restarts': () => this.#world.restartTracker(),
    'somebody pushes': () => this.#forge.push(this.#random.pick(services)),
    'the forge tells': () => this.#forge.tell(),
    'somebody asks for a build': () => this.#people.build(),
    'somebody asks for what was given up': () => this.#people.buildGone(),
    'somebody deploys': () => this.#people.deploy(),
    'somebody cancels a build': () => this.#people.cancelBuild(),
    'somebody cancels a deploy': () => this.#people.cancelDeploy(),
    'somebody links': () => this.#people.link(),
    'somebody prunes': () => this.#people.prune(),
  }

  /** Nothing is lost or late. */
  async #flow(): Promise<void> {
    const { wire, packers, artifacts } = this.#world
    this.#forge.tell()
    for (const packer of packers) {
      packer.act()
      this.#world.speak(packer)
    }
    while (wire.messages.length > 0 || artifacts.hasToAnswer) {
      for (const message of wire.messages.splice(0)) message.deliver()
      while (artifacts.hasToAnswer) artifacts.answerAny(this.#random)
      await this.#world.settle()
    }
    await this.#look()
  }

  /** The engine looks too, as it does after whatever happens. */
  async #look(): Promise<void> {
    await this.#world.settle()
    this.#check()
    await this.#world.lookAtDeploys()
    await this.#world.settle()
    this.#check()
  }

  #check(): void {
    const { writes, artifacts } = this.#world
    const changes = writes + artifacts.removals
    if (changes !== this.#changes) this.#last = checkChange(this.#world, this.#last)
    this.#changes = changes
  }

  #mend(packer: SimulatedPacker): void {
    packer.isBlessed = true
    packer.isUp = true
    packer.isCut = false
    packer.labels = { arch: 'arm' }
    this.#world.site.thaw(packer)
  }

  #isQuiet(): boolean {
    return this.#unfinished() === ''
  }

  /** What there is still to do; nothing else is waited for. */
  #unfinished(): string {
    const { builds, deliveries, deploys, links } = this.#last
    return [
      ...[...builds.values()]
        .filter(({ endedAt }) => endedAt === null)
        .map(({ id, state }) => `build ${id} is ${state}`),
      ...[...deliveries.values()]
        .filter(({ state }) => state === 'waiting')
        .map(({ id }) => `delivery ${id} waits`),
      ...[...deploys.values()]
        .filter(({ endedAt }) => endedAt === null)
        .map(({ id, state }) => `deploy ${id} is ${state}`),
      ...links
        .filter(({ newest, builtFor }) => newest !== builtFor)
        .map(({ service }) => `${service} is not built again`),
      ...(this.#forge.isIdle ? [] : ['the forge has something to tell']),
      ...this.#world.asked(),
    ].join('; ')
  }

  #packer(): SimulatedPacker {
    return this.#random.pick(this.#world.packers)
  }

  #anyIndex(): number {
    return this.#random.between(0, Math.max(0, this.#world.wire.messages.length - 1))
  }
}
