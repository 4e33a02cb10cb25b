import { hasLabels } from '../../../shared/domain/names.ts'
import type { BuildRow } from '../../../tracker/db/builds.ts'
import type { Store } from '../../../tracker/db/store.ts'
import { packerLeaseMs, type Heartbeat } from '../../../tracker/builds/packers.ts'
import { demand } from '../broken-invariant.ts'

/** So long a packer that did not take a build is not asked for it again. */
const askAgainAfterMs = 2000

/** Judges each build that a tracker offers to a packer, by what has reached that tracker. */
export class HandOuts {
  readonly #store: Store
  readonly #now: () => number
  readonly #heard = new Map<string, Heartbeat & { readonly at: number }>()
  /** Builds that are being offered, or that a packer has just said it has, and whose they are. */
  readonly #offered = new Map<number, string>()
  /** Until when, by packer and build. */
  readonly #refused = new Map<string, number>()
  #settling: number[] = []

  constructor(store: Store, now: () => number) {
    this.#store = store
    this.#now = now
  }

  hear(packer: string, heartbeat: Heartbeat): void {
    this.#heard.set(packer, { ...heartbeat, at: this.#now() })
    for (const { id, attempt } of heartbeat.builds) {
      const build = this.#store.read.builds.get(id)
      if (build?.state !== 'queued' || attempt <= build.attempts || this.#offered.has(id)) continue
      this.#offered.set(id, packer)
      this.#settling.push(id)
    }
  }

  /** Throws unless it is this build's turn, and this packer one to have it. */
  offer(id: number, packer: string): void {
    const build = this.#store.read.builds.get(id)
    const heard = this.#heard.get(packer)
    const how = `build ${id} to ${packer}`
    demand(
      heard !== undefined && this.#now() - heard.at <= packerLeaseMs,
      'a build is offered to whom is there',
      how,
    )
    demand(build?.state === 'queued', 'only what waits is offered', `${how}: it is ${String(build?.state)}`)
    demand(!this.#offered.has(id), 'a build is offered to one packer at a time', how)
    if (!build || !heard) return
    demand(hasLabels(heard.labels, build.labels), 'a packer is given what its labels allow', how)
    demand(
      this.#atWork(packer).length < heard.capacity,
      'a packer is given no more than it has room for',
      how,
    )
    demand(this.#couldTake(build, packer), 'a packer is not given what it refused, nor a service twice', how)
    for (const other of this.#waiting())
      demand(
        other.priority >= build.priority || !this.#couldTake(other, packer),
        'the most urgent build that a packer can do is given out first',
        `${how} before build ${other.id}`,
      )
    this.#offered.set(id, packer)
  }

  /** What the packer said to an offer, or that it said nothing in time. */
  settled(id: number, packer: string, isTaken: boolean): void {
    if (isTaken) this.#settling.push(id)
    else {
      this.#offered.delete(id)
      this.#refused.set(`${packer} ${id}`, this.#now() + askAgainAfterMs)
    }
  }

  declined(id: number, packer: string): void {
    this.#refused.set(`${packer} ${id}`, Infinity)
  }

  /** All that has come is written down. */
  endStep(): void {
    for (const id of this.#settling.splice(0)) this.#offered.delete(id)
  }

  #waiting(): BuildRow[] {
    return this.#store.read.builds
      .running()
      .filter(({ id, state }) => state === 'queued' && !this.#offered.has(id))
  }

  #atWork(packer: string): BuildRow[] {
    return this.#store.read.builds
      .running()
      .filter((build) => (this.#offered.get(build.id) ?? ownerOf(build)) === packer)
  }

  #couldTake({ id, service, labels }: BuildRow, packer: string): boolean {
    const mayHave = hasLabels(this.#heard.get(packer)?.labels ?? {}, labels)
    const isRefused = this.#now() < (this.#refused.get(`${packer} ${id}`) ?? 0)
    return mayHave && !isRefused && !this.#atWork(packer).some((build) => build.service === service)
  }
}

const ownerOf = ({ state, packer }: BuildRow): string | null => (state === 'building' ? packer : null)
