import type * as z from 'zod'
import { createHash } from 'node:crypto'
import { defaultRollout } from '../../../shared/domain/rollout.ts'
import { PersonError } from '../../../shared/errors.ts'
import type { buildCall } from '../../../shared/messages/build.ts'
import type { Heartbeat } from '../../../tracker/builds/packers.ts'
import type { BuildResult } from '../../../tracker/builds/record-result.ts'
import type { Random } from '../../faults/random.ts'
import type { SimulatedStore } from './simulated-store.ts'

type BuildRequest = z.output<typeof buildCall.request>

/** What becomes of a build on a packer. */
const fates = { 'is built': 12, 'takes long': 3, fails: 4, 'loses its upload': 1 } as const
type Fate = keyof typeof fates

interface Held {
  readonly request: BuildRequest
  readonly digest: string
  readonly fate: Fate
  /** Steps until it is built. */
  left: number
  isUploading: boolean
  /** Told again and again until it is answered. */
  result?: BuildResult
}

/** What builds of a service are made of beside its commit. */
export type Ingredients = (service: string) => readonly string[]

/**
 * A packer in a few lines: how one takes builds, does them and tells of them, without git and processes. What it says may be
 * lost or late.
 */
export class SimulatedPacker {
  readonly id: string
  capacity: number
  labels: Record<string, string>
  /** The version of its tools: another one builds otherwise. */
  tools = 1
  /** Its process runs. What a dead one had is lost, but for what is in the store. */
  isUp = true
  /** Stopped by a signal: it does nothing, and hears all that came once it goes on. */
  isFrozen = false
  /** Not on the network; its builds go on. */
  isCut = false
  /** Whatever it builds now works. */
  isBlessed = false
  readonly held = new Map<number, Held>()
  readonly #random: Random
  readonly #store: SimulatedStore
  readonly #ingredients: Ingredients

  constructor(number: number, random: Random, store: SimulatedStore, ingredients: Ingredients) {
    this.id = `p${String(number).padStart(12, '0')}`
    this.capacity = random.between(1, 3)
    this.labels = random.chance(0.5) ? { arch: 'arm' } : {}
    this.#random = random
    this.#store = store
    this.#ingredients = ingredients
  }

  get heartbeat(): Heartbeat {
    const builds = [...this.held].map(([id, { request }]) => ({ id, attempt: request.attempt }))
    return { v: 1, capacity: this.capacity, labels: this.labels, sandbox: true, builds }
  }

  get buildConfig(): string {
    return buildConfigOf(this.tools)
  }

  get results(): BuildResult[] {
    return [...this.held.values()].flatMap(({ result }) => (result === undefined ? [] : [result]))
  }

  /** Throws `unavailable` when there is no room; what it has already stays as it is. */
  take(request: BuildRequest): void {
    if (this.held.has(request.buildId)) return
    const isAtIt = [...this.held.values()].some(
      (held) => held.request.source.service === request.source.service,
    )
    if (isAtIt || this.held.size >= this.capacity) throw new PersonError('unavailable', 'There is no room.')
    const fate = this.#random.weighted(fates)
    this.held.set(request.buildId, {
      ...{ request, fate, digest: this.#digestOf(request), isUploading: false },
      left: this.#random.between(1, 3) * (fate === 'takes long' ? 5 : 1),
    })
  }

  stop(buildId: number): void {
    const held = this.held.get(buildId)
    if (held && held.result === undefined) this.#end(held, { outcome: 'stopped' })
  }

  /** What came of a build is stored by the tracker. */
  told({ buildId, attempt }: BuildResult): void {
    if (this.held.get(buildId)?.result?.attempt === attempt) this.held.delete(buildId)
  }

  kill(): void {
    this.isUp = false
    this.held.clear()
  }

  /** One step of one build. */
  act(): void {
    const busy = [...this.held.values()].filter(({ result }) => result === undefined)
    if (this.isUp && !this.isFrozen && busy.length > 0) this.#goOn(this.#random.pick(busy))
  }

  #goOn(held: Held): void {
    const { request, digest, fate } = held
    const upload = `${this.id} ${request.buildId}`
    if (request.buildConfig !== this.buildConfig)
      this.#end(held, { outcome: 'declined', error: `Built otherwise (${this.id}).` })
    else if (held.left > 0) held.left--
    else if (fate === 'fails' && !this.isBlessed)
      this.#end(held, { outcome: 'failed', error: `It does not compile (${this.id}).` })
    else if (held.isUploading) {
      this.#store.complete(upload)
      this.#end(held, { outcome: 'built', artifact: this.#artifact(request, digest), rollout: rollout() })
    } else if (this.#store.holds(digest) || (fate === 'loses its upload' && !this.isBlessed))
      this.#end(held, { outcome: 'built', artifact: this.#artifact(request, digest), rollout: rollout() })
    else {
      held.isUploading = true
      this.#store.begin(upload, digest)
    }
  }

  #end(held: Held, outcome: Outcome): void {
    const { buildId, attempt } = held.request
    held.result = { v: 1, buildId, attempt, ...outcome }
  }

  #artifact({ commit, version }: BuildRequest, digest: string) {
    return { digest, version, commit, size: 1, unpackedSize: 1, entries: 1 }
  }

  #digestOf({ source: { service }, commit, fresh }: BuildRequest): string {
    return digestOf(service, commit, this.buildConfig, fresh ? this.#ingredients(service) : [])
  }
}

/** Twice the same gives the same bytes. */
export const digestOf = (
  service: string,
  commit: string,
  buildConfig: string,
  ingredients: readonly string[] = [],
): string =>
  createHash('sha256')
    .update([service, commit, buildConfig, ...ingredients].join('\n'))
    .digest('hex')

/** How a packer with some version of its tools builds. */
export const buildConfigOf = (tools: number): string => tools.toString(16).padStart(64, 'c')

type Outcome<Result = BuildResult> = Result extends BuildResult
  ? Omit<Result, 'v' | 'buildId' | 'attempt'>
  : never

const rollout = () => ({ ...defaultRollout, canary: 0, batch: '100%' as const })
