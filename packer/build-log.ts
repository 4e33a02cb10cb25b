import type * as z from 'zod'
import type { LogLine } from '../shared/domain/event.ts'

type Line = z.infer<typeof LogLine>

/** After so many lines only the end of a log is still told. */
const maxLines = 20_000
const tailLines = 500
const batchLines = 100
/** In UTF-16 units; as JSON it stays well below the 256 KB that a message may have. */
const batchLength = 40_000
const flushAfterMs = 100

/** The log of one build on its way to the tracker: in small batches, and bounded however much a build prints. */
export class BuildLog {
  readonly #send: (lines: Line[]) => void
  readonly #tail: Line[] = []
  #batch: Line[] = []
  #length = 0
  #sent = 0
  #leftOut = 0
  #timer: NodeJS.Timeout | undefined

  constructor(send: (lines: Line[]) => void) {
    this.#send = send
  }

  write(stream: Line['stream'], text: string): void {
    const line = { at: Date.now(), stream, text }
    if (this.#sent < maxLines) this.#add(line)
    else this.#keepInTail(line)
  }

  /** Sends what is left: the tail, and how much was left out before it. */
  end(): void {
    if (this.#leftOut > 0) {
      this.#add({ at: Date.now(), stream: 'packer', text: `… ${this.#leftOut} lines are left out here …` })
    }
    for (const line of this.#tail) this.#add(line)
    this.#tail.length = 0
    this.#leftOut = 0
    this.#flush()
  }

  #add(line: Line): void {
    this.#sent += 1
    if (this.#length + line.text.length > batchLength) this.#flush()
    this.#batch.push(line)
    this.#length += line.text.length
    if (this.#batch.length >= batchLines) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), flushAfterMs)
  }

  #keepInTail(line: Line): void {
    this.#tail.push(line)
    if (this.#tail.length <= tailLines) return
    this.#tail.shift()
    this.#leftOut += 1
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#batch.length === 0) return
    this.#send(this.#batch)
    this.#batch = []
    this.#length = 0
  }
}
