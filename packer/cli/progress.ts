import type { WriteStream } from 'node:tty'
import { safeText } from '../../shared/terminal-text.ts'
import { some } from '../../shared/wording.ts'
import type { BuildProgress } from '../local/build-to-file.ts'

/** How a build is shown while it runs, on standard error. `end` says what has to be said when it failed. */
export interface ShownProgress extends BuildProgress {
  end(failed: boolean): void
}

export const progressOn = (stream: NodeJS.WriteStream): ShownProgress =>
  stream.isTTY && process.env['TERM'] !== 'dumb' ? new LiveProgress(stream) : new PlainProgress(stream)

const warning = (uncommitted: readonly string[]): string =>
  `warning: not committed, so not built: ${safeText(some(uncommitted))}\n`

/** Every line as it comes. */
class PlainProgress implements ShownProgress {
  readonly #stream: NodeJS.WritableStream

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream
  }

  uncommitted(files: readonly string[]): void {
    this.#stream.write(warning(files))
  }

  write(stream: Parameters<BuildProgress['write']>[0], text: string): void {
    this.#stream.write(stream === 'packer' ? `${safeText(text)}\n` : `  | ${safeText(text)}\n`)
  }

  end(): void {
    // All is said.
  }
}

const tailLines = 20
/** Without wrapping a long line would take several, and only the last of them would be overwritten. */
const cutLongLines = '\u001b[?7l'
const wrapLongLines = '\u001b[?7h'
const clearLine = '\r\u001b[K'

/** The steps, and below them what was printed last, with the time so far; all that was printed is shown when the build failed. */
class LiveProgress implements ShownProgress {
  readonly #stream: WriteStream
  readonly #started = performance.now()
  readonly #tail: string[] = []
  readonly #timer = setInterval(() => this.#draw(), 1000)

  constructor(stream: WriteStream) {
    this.#stream = stream
  }

  uncommitted(files: readonly string[]): void {
    this.#stream.write(`${clearLine}${warning(files)}`)
  }

  write(stream: Parameters<BuildProgress['write']>[0], text: string): void {
    if (stream === 'packer') {
      this.#stream.write(`${clearLine}${safeText(text)}\n`)
      this.#tail.length = 0
    } else {
      this.#tail.push(safeText(text))
      if (this.#tail.length > tailLines) this.#tail.shift()
    }
    this.#draw()
  }

  end(failed: boolean): void {
    clearInterval(this.#timer)
    this.#stream.write(clearLine)
    if (failed) for (const line of this.#tail) this.#stream.write(`  | ${line}\n`)
  }

  #draw(): void {
    const seconds = Math.round((performance.now() - this.#started) / 1000)
    const line = `  ${seconds} s  ${this.#tail.findLast((text) => text !== '') ?? ''}`
    this.#stream.write(`${clearLine}${cutLongLines}${line}${wrapLongLines}`)
  }
}
