/** Lets tasks of one key run one after another, and those of different keys side by side. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  async take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const own = (this.#last.get(key) ?? Promise.resolve()).then(task)
    const settled = own.catch(() => undefined)
    this.#last.set(key, settled)
    try {
      return await own
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    }
  }

  isTaken(key: string): boolean {
    return this.#last.has(key)
  }
}
