import type { Terminal } from './terminal.ts'
import { widthOf } from './width.ts'

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
/** Terminals that know it show everything between the two at once; others ignore it. */
const beginUpdate = '\u001b[?2026h'
const endUpdate = '\u001b[?2026l'

/** A few lines at the bottom of the terminal that are drawn again in place. */
export class Screen implements Disposable {
  readonly #output: Terminal
  #drawn: readonly string[] = []

  constructor(output: Terminal) {
    this.#output = output
    output.write(hideCursor)
  }

  /** One write for the whole picture, each line overwritten before its rest is cleared: nothing flickers. */
  draw(lines: readonly string[]): void {
    const body = lines.map((line) => `${line}\u001b[K\n`).join('')
    this.#output.write(`${beginUpdate}${this.#toTop()}${body}\u001b[J${endUpdate}`)
    this.#drawn = lines
  }

  /** Takes the picture away and gives the cursor back. */
  [Symbol.dispose](): void {
    this.#output.write(`${this.#toTop()}\u001b[J${showCursor}`)
    this.#drawn = []
  }

  /** A terminal that became narrower has wrapped what was drawn. */
  #toTop(): string {
    const { columns } = this.#output
    const height = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
    return height === 0 ? '' : `\u001b[${height}A\r`
  }
}
