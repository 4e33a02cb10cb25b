import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { LogLine } from '../../shared/domain/event.ts'
import { BoundedLines } from './bounded-lines.ts'

export interface LogFileLimits {
  /** Bytes of the log as it is read, about. */
  readonly maxBytes: number
  /** Bytes that may wait until they are compressed. */
  readonly maxWaiting: number
}

const limits: LogFileLimits = { maxBytes: 100 * 1024 * 1024, maxWaiting: 16 * 1024 * 1024 }
const chunkLength = 64 * 1024

/** The whole log of one build as a compressed text file, a line each: the time, the stream, and what was said. */
export class LogFile {
  readonly #gzip = createGzip()
  readonly #written: Promise<void>
  readonly #lines: BoundedLines
  #chunk = ''
  #bytes = 0

  constructor(path: string, { maxBytes, maxWaiting }: LogFileLimits = limits) {
    const file = createWriteStream(path)
    this.#written = finished(this.#gzip.pipe(file))
    // Whoever ends it hears of it; a build does not fail for its log.
    this.#written.catch(() => undefined)
    this.#lines = new BoundedLines(
      (line) => this.#add(line),
      () => this.#bytes >= maxBytes || this.#gzip.writableLength >= maxWaiting,
    )
  }

  write(line: LogLine): void {
    this.#lines.write(line)
  }

  /** Once all is in the file. Throws when it could not be written. */
  async end(): Promise<void> {
    this.#lines.end()
    this.#gzip.end(this.#chunk)
    await this.#written
  }

  #add({ at, stream, text }: LogLine): void {
    const line = `${new Date(at).toISOString()} ${stream} ${text.replaceAll('\n', ' ')}\n`
    this.#bytes += line.length
    this.#chunk += line
    if (this.#chunk.length < chunkLength) return
    this.#gzip.write(this.#chunk)
    this.#chunk = ''
  }
}
