/** Things that were started one after another, and are stopped in the opposite order (Node 20 has no AsyncDisposableStack). */
export class Parts implements AsyncDisposable {
  #stop: (() => void | Promise<void>)[] = []

  use<Part extends Disposable | AsyncDisposable>(part: Part): Part {
    this.defer(async () => {
      if (Symbol.asyncDispose in part) await part[Symbol.asyncDispose]()
      else part[Symbol.dispose]()
    })
    return part
  }

  defer(stop: () => void | Promise<void>): void {
    this.#stop.push(stop)
  }

  /** Hands all of it to a new owner: disposing this one then stops nothing. */
  move(): Parts {
    const owner = new Parts()
    owner.#stop = this.#stop
    this.#stop = []
    return owner
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let stop = this.#stop.pop(); stop; stop = this.#stop.pop()) await stop()
  }
}
