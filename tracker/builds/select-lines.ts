import { stripVTControlCharacters } from 'node:util'
import type * as z from 'zod'
import type { LogPage, NumberedLine, readBuildLog } from '../../shared/api/build-records.ts'
import type { LogLine } from '../../shared/domain/event.ts'

type Wanted = z.output<typeof readBuildLog.query>

/** Of a log that comes some lines at a time, one page of what is wanted; reads no further than it must. */
export const selectLines = async (
  log: AsyncIterable<LogLine[]> | Iterable<LogLine[]>,
  wanted: Wanted,
): Promise<LogPage> => {
  const search = new LineSearch(wanted)
  const lines: NumberedLine[] = []
  for await (const some of log) {
    for (const line of some) {
      lines.push(...search.hear(line).filter(({ n }) => n > wanted.after))
      if (lines.length >= wanted.limit) return { lines, next: lines.at(-1)?.n }
    }
  }
  return { lines }
}

/** Finds lines and those around them, each once, in one pass. */
class LineSearch {
  readonly #text: string | undefined
  readonly #around: number
  #n = 0
  #before: NumberedLine[] = []
  #wantedAfter = 0

  constructor({ search, around }: Wanted) {
    this.#text = search?.toLowerCase()
    this.#around = search === undefined ? 0 : around
  }

  /** The lines that are found now: with this one, those before it. */
  hear(line: LogLine): NumberedLine[] {
    const numbered = { n: ++this.#n, ...line }
    if (this.#isIn(line.text)) {
      const found = [...this.#before, numbered]
      this.#before = []
      this.#wantedAfter = this.#around
      return found
    }
    if (this.#wantedAfter > 0) {
      this.#wantedAfter -= 1
      return [numbered]
    }
    if (this.#around > 0) this.#before = [...this.#before, numbered].slice(-this.#around)
    return []
  }

  #isIn(text: string): boolean {
    if (this.#text === undefined) return true
    const shown = text.includes('\u001b') ? stripVTControlCharacters(text) : text
    return shown.toLowerCase().includes(this.#text)
  }
}
