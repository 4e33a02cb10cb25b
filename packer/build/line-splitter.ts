import { StringDecoder } from 'node:string_decoder'

/** Longest line that is kept; the rest of it is dropped, so that output without line ends cannot fill the memory. */
export const maxLineLength = 2000

/** Turns chunks of bytes into clean lines: no control characters but colours, progress bars reduced to their last state. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #take: (line: string) => void
  readonly #maxLength: number
  #rest = ''
  #cut = false

  constructor(take: (line: string) => void, maxLength = maxLineLength) {
    this.#take = take
    this.#maxLength = maxLength
  }

  write(chunk: Buffer): void {
    const parts = this.#decoder.write(chunk).split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      this.#append(part)
      this.#emit()
    }
    this.#append(last)
  }

  end(): void {
    this.#append(this.#decoder.end())
    if (this.#rest !== '') this.#emit()
  }

  #append(text: string): void {
    const room = this.#maxLength * 2 - this.#rest.length
    if (text.length > room) this.#cut = true
    this.#rest += text.slice(0, Math.max(room, 0))
  }

  #emit(): void {
    const line = cleanLine(this.#rest)
    const cut = this.#cut || line.length > this.#maxLength
    this.#take(cut ? `${line.slice(0, this.#maxLength)} […]` : line)
    this.#rest = ''
    this.#cut = false
  }
}

/* eslint-disable no-control-regex -- control characters are what is looked for */
const colour = /\u001b\[[0-9;:]*m/
const escapes = new RegExp(
  [
    '\\u001b\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?', // titles, links, the clipboard
    '\\u001b[PX^_][^\\u001b]*(?:\\u001b\\\\)?',
    '\\u001b\\[[0-?]*[ -/]*[@-~]?', // the cursor
    '\\u001b[ -/]*[0-~]?',
  ].join('|'),
  'g',
)
const controls =
  /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
/* eslint-enable no-control-regex */

/** A line as a terminal would show it at the end: what a carriage return overwrote is gone, of escapes only colours stay. */
export const cleanLine = (raw: string): string => {
  const shown = raw.split('\r').findLast((part) => part !== '') ?? ''
  return shown.replace(escapes, (sequence) => (colour.test(sequence) ? sequence : '')).replace(controls, '')
}
