import { cancel } from '../../../tracker/builds/cancel.ts'
import { ensureBuild } from '../../../tracker/builds/ensure-build.ts'
import { controlDeploy } from '../../../tracker/deploy/request/controls.ts'
import { requestDeploy } from '../../../tracker/deploy/request/requests.ts'
import { link, unlink } from '../../../tracker/links/changes.ts'
import { giveUp } from '../../../tracker/upkeep/verdicts.ts'
import { subjectOf } from '../../../tracker/upkeep/upkeep.ts'
import type { Random } from '../../faults/random.ts'
import { services, type World } from './world.ts'

const author = { createdBy: 'ann', reason: 'to see', force: true, queue: true, ignoreFreeze: false }

/** What people ask of a tracker, as its routes do it. Each says what was asked. */
export class People {
  readonly #world: World
  readonly #random: Random

  constructor(world: World, random: Random) {
    this.#world = world
    this.#random = random
  }

  build(): string {
    const [service, ref] = this.#anything()
    return this.#build(service, ref, this.#random.chance(0.3))
  }

  /** What is just being removed from the store, where there is something. */
  buildGone(): string | undefined {
    const { artifacts } = this.#world.store.read
    const gone = artifacts.toErase('', 100)
    const artifact = gone.length === 0 ? undefined : artifacts.get(this.#random.pick(gone).digest)
    return artifact && this.#build(artifact.service, artifact.commit, false)
  }

  deploy(): string {
    const [service, ref] = this.#anything()
    const { context, store } = this.#world
    const digest = this.#random.chance(0.3) ? this.#anyDigest(service) : undefined
    const body = {
      ...{ service, rollout: {}, force: true, queue: true, ignoreFreeze: false },
      ...(digest === undefined ? { ref } : { digest }),
      selection: { clusters: [service], labels: [] },
    }
    this.#world.watch(requestDeploy(context, body, author).then((insert) => store.write(insert)))
    return `${service} ${digest?.slice(0, 8) ?? ref}`
  }

  cancelBuild(): string | undefined {
    const { store } = this.#world
    const running = store.read.builds.running()
    if (running.length === 0) return undefined
    const { id } = this.#random.pick(running)
    this.#world.watch(store.write((writing) => cancel(writing, id, 'ann', undefined)))
    return `build ${id}`
  }

  cancelDeploy(): string | undefined {
    const { store } = this.#world
    const running = store.read.deploys.running()
    if (running.length === 0) return undefined
    const { id } = this.#random.pick(running)
    this.#world.watch(store.write(controlDeploy(store, id, 'cancel', author)))
    return `deploy ${id}`
  }

  link(): string {
    const [service, base] = [this.#random.pick(services), this.#random.pick(services)]
    const { store } = this.#world
    const isThere = store.read.links.get(service, base) !== undefined
    this.#world.watch(
      store.write((writing) =>
        isThere && this.#random.chance(0.5)
          ? unlink(writing, service, base)
          : link(writing, service, base, 'ann'),
      ),
    )
    return `${service} to ${base}`
  }

  prune(): string {
    const { store, upkeep } = this.#world
    const ask = async (): Promise<void> => {
      await store.write((writing) => {
        const subject = subjectOf(giveUp(writing))
        const { now: at } = writing
        writing.audit.append({
          at,
          who: 'ann',
          action: 'artifact.prune',
          subject,
          address: '',
          requestId: '',
        })
      })
      void upkeep.goThrough()
    }
    this.#world.watch(ask())
    return 'all services'
  }

  #build(service: string, ref: string, rebuild: boolean): string {
    const { context, store } = this.#world
    const ask = async (): Promise<void> => {
      const resolved = await context.sources.resolve(service, ref)
      const request = { service, resolved, rebuild, cause: 'person' as const, askedBy: 'ann' }
      await store.write((writing) => ensureBuild(writing, request))
    }
    this.#world.watch(ask())
    return `${service} ${ref}${rebuild ? ' again' : ''}`
  }

  #anything(): [string, string] {
    const service = this.#random.pick(services)
    const { commits, tags } = this.#world.repo(service)
    const ref = this.#random.weighted({ HEAD: 5, commit: 2, tag: 2, nonsense: 1 })
    if (ref === 'commit') return [service, this.#random.pick(commits)]
    if (ref === 'tag' && tags.length > 0) return [service, `refs/tags/${this.#random.pick(tags)}`]
    return [service, ref === 'nonsense' ? 'nonsense' : 'HEAD']
  }

  #anyDigest(service: string): string | undefined {
    const kept = this.#world.store.read.artifacts.kept(service)
    return kept.length === 0 ? undefined : this.#random.pick(kept).digest
  }
}
