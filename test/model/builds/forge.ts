import type { Random } from '../../faults/random.ts'
import type { HookCall } from '../../../tracker/hooks/sources/source.ts'
import type { World } from './world.ts'

interface Call {
  readonly hook: string
  readonly call: HookCall
  readonly what: string
}

/** Tells of pushes: late, in another order, and what was told before once more. */
export class Forge {
  readonly #world: World
  readonly #random: Random
  readonly #told: Call[] = []
  #waiting: Call[] = []
  #calls = 0

  constructor(world: World, random: Random) {
    this.#world = world
    this.#random = random
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0
  }

  /** One that builds, or that deploys too. */
  async addHook(service: string, deploys: boolean): Promise<void> {
    const { store, hooks, now } = this.#world
    const name = `${service}-${store.read.hooks.list().length + 1}`
    const { stored } = hooks.issue({ name, source: 'trigger' }, undefined)
    await store.write((writing) =>
      writing.hooks.insert({
        ...{ ...stored, name, service, source: 'trigger', branches: ['main'], tags: ['v*'], paths: [] },
        deploy: deploys ? { clusters: [service], labels: [] } : null,
        ...{ statusesTo: null, createdBy: 'ann', createdAt: now },
      }),
    )
  }

  /** Something new in a repo, of which its hooks are to hear. */
  push(service: string): string {
    const repo = this.#world.repo(service)
    const isTag = this.#random.chance(0.2)
    const ref = isTag ? `refs/tags/${repo.tag()}` : 'refs/heads/main'
    const commit = isTag ? undefined : repo.push(this.#random.chance(0.1))
    const hooks = this.#world.store.read.hooks.list().filter((hook) => hook.service === service)
    for (const { name } of hooks) {
      const headers = { 'idempotency-key': `${name} ${++this.#calls}` }
      const body = Buffer.from(JSON.stringify({ ref, ...(commit === undefined ? {} : { commit }) }))
      this.#waiting.push({ hook: name, call: { headers, body }, what: `${name}: ${ref} ${commit ?? ''}` })
    }
    return `${service} ${ref}`
  }

  /** Says what it tells. */
  tell(): string | undefined {
    const isRepeated = this.#random.chance(0.2) && this.#told.length > 0
    const index = this.#random.chance(0.4) ? 0 : this.#random.between(0, this.#waiting.length - 1)
    const [call] = isRepeated ? [this.#random.pick(this.#told)] : this.#waiting.splice(index, 1)
    if (!call) return undefined
    this.#told.push(call)
    this.#send(call)
    return call.what
  }

  #send({ hook: name, call }: Call): void {
    const { hooks, store } = this.#world
    const hook = store.read.hooks.named(name)
    if (hook) this.#world.watch(hooks.receive(hook, call))
  }
}
