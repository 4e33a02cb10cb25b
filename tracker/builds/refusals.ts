/** A packer that did not take a build is not asked for it again before this. */
const askAgainAfterMs = 2000

/** Which packers did not take which builds: those that had no room or did not answer are asked again, those that declined are not. */
export class Refusals {
  /** Until when, by build and packer. */
  readonly #until = new Map<number, Map<string, number>>()

  /** It had no room, or did not answer. */
  postpone(build: number, packer: string, now: number): void {
    this.#set(build, packer, now + askAgainAfterMs)
  }

  /** It would build it otherwise than it was resolved. */
  decline(build: number, packer: string): void {
    this.#set(build, packer, Infinity)
  }

  isRefused(build: number, packer: string, now: number): boolean {
    return now < this.#get(build, packer)
  }

  hasDeclined(build: number, packer: string): boolean {
    return this.#get(build, packer) === Infinity
  }

  /** Forgets all other builds. */
  keep(builds: ReadonlySet<number>): void {
    for (const id of this.#until.keys()) if (!builds.has(id)) this.#until.delete(id)
  }

  #get(build: number, packer: string): number {
    return this.#until.get(build)?.get(packer) ?? 0
  }

  #set(build: number, packer: string, until: number): void {
    this.#until.set(build, (this.#until.get(build) ?? new Map<string, number>()).set(packer, until))
  }
}
