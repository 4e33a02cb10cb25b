import { hasLabels } from '../../../shared/domain/names.ts'
import { PersonError } from '../../../shared/errors.ts'
import { buildCall, stopBuildCall } from '../../../shared/messages/build.ts'
import { compareCall, exampleResolved, resolveCall } from '../../../shared/messages/sources.ts'
import type { Random } from '../../faults/random.ts'
import type { SimulatedPacker } from './simulated-packer.ts'
import type { SimulatedRepo } from './simulated-repo.ts'
import { noAnswer, type Question } from './wire.ts'

export type Repos = ReadonlyMap<string, SimulatedRepo>

/** The packers, and how they answer the tracker. */
export class PackerSite {
  readonly packers: readonly SimulatedPacker[]
  readonly #repos: Repos
  readonly #random: Random
  readonly #labelsOf: (service: string) => Record<string, string>
  /** What reached frozen packers. */
  readonly #kept = new Map<SimulatedPacker, Question[]>()

  constructor(
    packers: readonly SimulatedPacker[],
    repos: Repos,
    labelsOf: (service: string) => Record<string, string>,
    random: Random,
  ) {
    this.packers = packers
    this.#repos = repos
    this.#labelsOf = labelsOf
    this.#random = random
  }

  /** What is cut off loses what comes; of those that are there, any has what is for all. */
  hear(question: Question): void {
    const there = this.packers.filter(({ isUp }) => isUp)
    const packer =
      question.to === undefined
        ? there[this.#random.between(0, there.length - 1)]
        : there.find(({ id }) => id === question.to)
    if (!packer) question.refuse(noAnswer(question.name))
    else if (packer.isFrozen) this.#kept.set(packer, [...(this.#kept.get(packer) ?? []), question])
    else if (!packer.isCut) this.#answer(packer, question)
  }

  /** It hears what has come meanwhile. */
  thaw(packer: SimulatedPacker): void {
    packer.isFrozen = false
    const kept = this.#kept.get(packer) ?? []
    this.#kept.delete(packer)
    if (packer.isUp && !packer.isCut) for (const question of kept) this.#answer(packer, question)
  }

  #answer(packer: SimulatedPacker, question: Question): void {
    try {
      question.answer(this.#reply(packer, question))
    } catch (error) {
      question.refuse(error as PersonError)
    }
  }

  #reply(packer: SimulatedPacker, { name, request }: Question): unknown {
    switch (name) {
      case buildCall.name:
        packer.take(buildCall.request.parse(request))
        return { v: 1, packer: packer.id }
      case stopBuildCall.name:
        packer.stop(stopBuildCall.request.parse(request).buildId)
        return { v: 1 }
      case compareCall.name:
        return this.#compare(compareCall.request.parse(request))
      default:
        return this.#resolve(packer, resolveCall.request.parse(request))
    }
  }

  #resolve(
    packer: SimulatedPacker,
    { source: { service }, ref }: { source: { service: string }; ref: string },
  ) {
    const commit = this.#repo(service).commitOf(ref)
    if (commit === undefined) throw new PersonError('not-found', `${service} has no ${ref}.`)
    const on = this.#labelsOf(service)
    if (!hasLabels(packer.labels, on)) return { v: 1, here: false, on }
    const version = ref.startsWith('refs/tags/') ? ref.slice('refs/tags/'.length) : commit.slice(0, 10)
    const builtBy = { ...exampleResolved.builtBy, tool: `node${packer.tools}` }
    return { ...exampleResolved, commit, version, on, buildConfig: packer.buildConfig, builtBy }
  }

  #compare({ source, from, to }: { source: { service: string }; from: string[]; to: string }) {
    const repo = this.#repo(source.service)
    const count = (is: boolean) => ({ count: is ? 1 : 0, latest: [] })
    const spans = from.map((commit) => ({
      from: commit,
      gained: count(!repo.isBefore(to, commit) && commit !== to),
      lost: count(!repo.isBefore(commit, to) && commit !== to),
    }))
    return { v: 1, spans }
  }

  #repo(service: string): SimulatedRepo {
    const repo = this.#repos.get(service)
    if (!repo) throw new PersonError('not-found', `There is no repo of ${service}.`)
    return repo
  }
}
