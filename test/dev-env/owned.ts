/** Disposes what was added, last first, also when one of them fails to go. */
export class Owned implements AsyncDisposable {
  readonly #parts: AsyncDisposable[] = []

  add<Part extends AsyncDisposable>(part: Part): Part {
    this.#parts.push(part)
    return part
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = []
    for (const part of this.#parts.splice(0).reverse()) {
      try {
        await part[Symbol.asyncDispose]()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'some parts could not be disposed of')
  }
}

/** Builds something out of parts; should that fail half-way, the parts made so far are disposed of. */
export const owning = async <T>(build: (owned: Owned) => Promise<T>): Promise<T> => {
  const owned = new Owned()
  try {
    return await build(owned)
  } catch (error) {
    await owned[Symbol.asyncDispose]()
    throw error
  }
}
