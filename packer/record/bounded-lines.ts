import type { LogLine } from '../../shared/domain/event.ts'

const tailLines = 500

/** A log that is bounded however much is written: its beginning, how many lines were left out, and its last lines. */
export class BoundedLines {
  readonly #take: (line: LogLine) => void
  readonly #isFull: () => boolean
  readonly #tail: LogLine[] = []
  #full = false
  #leftOut = 0

  /** `take` gets what is to be kept; once `isFull` only the last lines still come, at the end. */
  constructor(take: (line: LogLine) => void, isFull: () => boolean) {
    this.#take = take
    this.#isFull = isFull
  }

  write(line: LogLine): void {
    this.#full ||= this.#isFull()
    if (this.#full) this.#keepInTail(line)
    else this.#take(line)
  }

  end(): void {
    if (this.#leftOut > 0) {
      this.#take({ at: Date.now(), stream: 'packer', text: `… ${this.#leftOut} lines are left out here …` })
    }
    for (const line of this.#tail) this.#take(line)
    this.#tail.length = 0
    this.#leftOut = 0
  }

  #keepInTail(line: LogLine): void {
    this.#tail.push(line)
    if (this.#tail.length <= tailLines) return
    this.#tail.shift()
    this.#leftOut += 1
  }
}
