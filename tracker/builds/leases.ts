import type { BuildRow } from '../db/builds.ts'
import { packerLeaseMs } from './packers.ts'

/** When each build was last heard of from the packer that has it. A restart of the tracker gives every build a full lease. */
export class Leases {
  readonly #lastHeard = new Map<number, number>()

  renew(build: number, now: number): void {
    this.#lastHeard.set(build, now)
  }

  /** Whether its packer has let it fall. One that is looked at for the first time has its lease from now on. */
  isLapsed({ id }: BuildRow, now: number): boolean {
    const heard = this.#lastHeard.get(id)
    if (heard === undefined) this.renew(id, now)
    return heard !== undefined && now - heard > packerLeaseMs
  }

  end(build: number): void {
    this.#lastHeard.delete(build)
  }

  /** Forgets all other builds. */
  keep(builds: ReadonlySet<number>): void {
    for (const id of this.#lastHeard.keys()) if (!builds.has(id)) this.#lastHeard.delete(id)
  }
}
