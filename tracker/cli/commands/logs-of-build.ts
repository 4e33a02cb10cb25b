import { readBuildLog, type LogPage, type NumberedLine } from '../../../shared/api/build-records.ts'
import { PersonError } from '../../../shared/errors.ts'
import { safeJson, safeText } from '../../../shared/terminal-text.ts'
import { painter, type Paint } from '../output/palette.ts'
import { clockOf } from '../output/times.ts'
import { call, type Session } from '../session.ts'

export interface Search {
  readonly text: string
  /** So many lines before and after each that is found. */
  readonly around: number
}

const pageLines = 20_000
/** The tracker reads a log from its beginning for each page. */
const pageWithinMs = 60_000

/** Prints a build's log, or what is found in it. Throws `not-found` when nothing is. */
export const showBuildLog = async (
  session: Session,
  id: number,
  search: Search | undefined,
): Promise<void> => {
  const show = new Shown(session, search)
  for (let after: number | undefined = 0; after !== undefined;) {
    const found = search === undefined ? {} : { search: search.text, around: search.around }
    const query = { ...found, after, limit: pageLines }
    const page: LogPage = await call(session, readBuildLog, { params: { id }, query }, pageWithinMs)
    for (const line of page.lines) show.line(line)
    after = page.next
  }
  if (search === undefined || !show.isEmpty) return
  throw new PersonError(
    'not-found',
    `No line of the log of build ${id} holds '${search.text}', so far as it is written.`,
    { hint: `All of it: \`tracker logs --build ${id}\`.` },
  )
}

/** Numbers and gaps only where lines were chosen, as other tools that search do. */
class Shown {
  readonly #session: Session
  readonly #search: Search | undefined
  readonly #paint: Paint
  #last = 0

  constructor(session: Session, search: Search | undefined) {
    this.#session = session
    this.#search = search
    this.#paint = painter(session.output.colour)
  }

  get isEmpty(): boolean {
    return this.#last === 0
  }

  line(line: NumberedLine): void {
    const { output, json } = this.#session
    const isGap = (this.#search?.around ?? 0) > 0 && this.#last > 0 && line.n > this.#last + 1
    this.#last = line.n
    if (json) {
      output.write(`${safeJson(line)}\n`)
      return
    }
    if (isGap) output.write('--\n')
    output.write(`${this.#text(line)}\n`)
  }

  #text({ n, at, text }: NumberedLine): string {
    const shown = safeText(text)
    if (this.#search === undefined) return `${clockOf(at)}  ${shown}`
    const start = shown.toLowerCase().indexOf(this.#search.text.toLowerCase())
    const marked = start < 0 ? shown : withMark(shown, start, start + this.#search.text.length, this.#paint)
    return `${this.#paint('quiet', `${n}`.padStart(6))}  ${clockOf(at)}  ${marked}`
  }
}

const withMark = (text: string, start: number, end: number, paint: Paint): string =>
  `${text.slice(0, start)}${paint('busy', text.slice(start, end))}${text.slice(end)}`
