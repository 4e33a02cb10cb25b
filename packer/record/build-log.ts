import type { LogLine } from '../../shared/domain/event.ts'
import { BoundedLines } from './bounded-lines.ts'

/** After so many lines only the end of a log is still told live; the whole of it is kept (record/log-file.ts). */
const maxLines = 20_000
const batchLines = 100
/** In UTF-16 units; as JSON it stays well below the 256 KB that a message may have. */
const batchLength = 40_000
const flushAfterMs = 100

/** The log of one build on its way to the tracker: in small batches, and bounded however much a build prints. */
export class BuildLog {
  readonly #send: (lines: LogLine[]) => void
  readonly #lines = new BoundedLines(
    (line) => this.#add(line),
    () => this.#sent >= maxLines,
  )
  #batch: LogLine[] = []
  #length = 0
  #sent = 0
  #timer: NodeJS.Timeout | undefined

  constructor(send: (lines: LogLine[]) => void) {
    this.#send = send
  }

  write(line: LogLine): void {
    this.#lines.write(line)
  }

  /** Sends what waits, so that what is told by another message comes after it. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#batch.length === 0) return
    this.#send(this.#batch)
    this.#batch = []
    this.#length = 0
  }

  /** Sends what is left: the tail, and how much was left out before it. */
  end(): void {
    this.#lines.end()
    this.flush()
  }

  #add(line: LogLine): void {
    this.#sent += 1
    if (this.#length + line.text.length > batchLength) this.flush()
    this.#batch.push(line)
    this.#length += line.text.length
    if (this.#batch.length >= batchLines) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), flushAfterMs)
  }
}
