import { createHash } from 'node:crypto'

/** A service's repo: a branch, `main`, that moves on or is rewritten, and tags. Commits are never forgotten. */
export class SimulatedRepo {
  readonly service: string
  readonly #parents = new Map<string, string | undefined>()
  readonly #tags = new Map<string, string>()
  #head: string

  constructor(service: string) {
    this.service = service
    this.#head = this.#add(undefined)
  }

  get head(): string {
    return this.#head
  }

  get commits(): readonly string[] {
    return [...this.#parents.keys()]
  }

  get tags(): readonly string[] {
    return [...this.#tags.keys()]
  }

  /** A push: of a commit on the last one, or in the place of it. */
  push(isRewritten: boolean): string {
    const parent = isRewritten ? (this.#parents.get(this.#head) ?? this.#head) : this.#head
    this.#head = this.#add(parent)
    return this.#head
  }

  tag(): string {
    const name = `v${this.#tags.size + 1}`
    this.#tags.set(name, this.#head)
    return name
  }

  /** The commit that a ref is now. */
  commitOf(ref: string): string | undefined {
    if (ref === 'HEAD' || ref === 'refs/heads/main') return this.#head
    return this.#tags.get(ref.replace('refs/tags/', '')) ?? (this.#parents.has(ref) ? ref : undefined)
  }

  isBefore(older: string, newer: string): boolean {
    for (let at = this.#parents.get(newer); at !== undefined; at = this.#parents.get(at))
      if (at === older) return true
    return false
  }

  #add(parent: string | undefined): string {
    const commit = createHash('sha1').update(`${this.service} ${this.#parents.size}`).digest('hex')
    this.#parents.set(commit, parent)
    return commit
  }
}
