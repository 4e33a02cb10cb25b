/** A text without what differs from host to host, and what that was. */
export interface Skeleton {
  readonly text: string
  /** What was taken out, from left to right: as many as the text has gaps. */
  readonly parts: readonly Part[]
}

interface Part {
  /** `value`: a port, an address, a count, a size, a version. `noise`: what says nothing, such as a pid or a time. */
  readonly kind: 'value' | 'noise'
  readonly text: string
  /** What stands before it. */
  readonly before: string
}

/** A private-use character, so that no text can look as if it had been taken out. */
const gap = '\uE000'
const ownName = '\uE001'
const longestText = 500

const spans = 'ns|µs|us|ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?'
const sizes = 'B|bytes?|[kKMGT]i?B'
const number = '\\d{1,20}(?:[.,]\\d{1,20}){0,3}'

/**
 * What is looked for at each place, the first that fits. Each repetition has a bound, so that the time it takes grows with the
 * length of the text only, whatever the text.
 */
const patterns = {
  name: ownName,
  path: '(?<![\\w.])(?:/private|/var)?/tmp/[^\\s\'"`:,;()\\[\\]]{0,300}',
  uuid: '(?<!\\w)[\\da-fA-F]{8}(?:-[\\da-fA-F]{4}){3}-[\\da-fA-F]{12}(?!\\w)',
  date: '(?<!\\w)\\d{4}[-/]\\d\\d[-/]\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?(?:Z| ?[+-]\\d\\d:?\\d\\d)?)?(?!\\w)',
  clock: '(?<![\\w:.])\\d{1,2}:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?(?![\\w:])',
  address: '(?<![\\w.:])(?:[\\da-fA-F]{0,4}(?::[\\da-fA-F]{0,4}){2,7}|\\d{1,3}(?:\\.\\d{1,3}){3})(?![\\w])',
  span: `(?<![\\w.])${number} ?(?:${spans})(?: \\d{1,4} ?(?:${spans})){0,3}(?!\\w)`,
  size: `(?<![\\w.])${number} ?(?:${sizes})(?!\\w)`,
  number: '(?<!\\w)v?\\d{1,20}(?:\\.\\d{1,20}){0,3}(?!\\w)',
  word: '(?<!\\w)(?=[A-Za-z_]{0,64}\\d)\\w{1,300}',
} as const
type PatternName = keyof typeof patterns
const names = Object.keys(patterns) as PatternName[]

const anyOf = new RegExp(names.map((name) => `(${patterns[name]})`).join('|'), 'g')

const noise: ReadonlySet<PatternName> = new Set(['name', 'path', 'uuid', 'date', 'clock', 'span'])

/** `own`: names of the host that said it. */
export const skeletonOf = (text: string, own: readonly string[]): Skeleton => {
  const bounded = withoutNames(text.slice(0, longestText), own)
  const parts: Part[] = []
  let bare = ''
  let end = 0
  for (const { start, text: taken, kind } of whatDiffers(bounded)) {
    bare += bounded.slice(end, start) + gap
    end = start + taken.length
    parts.push({ kind, text: taken, before: before(bounded, start) })
  }
  return { text: (bare + bounded.slice(end)).trim().replace(/\s{2,500}/g, ' '), parts }
}

/** Most of a text is words, over which this goes faster than all the patterns. */
const mayDiffer = /[\d\uE001]|\/tmp\/|::/g

interface Piece extends Pick<Part, 'kind' | 'text'> {
  readonly start: number
}

const whatDiffers = (text: string): Piece[] => {
  const found: Piece[] = []
  for (let at = 0; at < text.length; at = anyOf.lastIndex) {
    mayDiffer.lastIndex = at
    const near = mayDiffer.exec(text)
    if (!near) break
    anyOf.lastIndex = Math.max(at, text.lastIndexOf(' ', near.index) + 1)
    const match = anyOf.exec(text)
    if (!match) break
    found.push(...piecesOf(match, text))
  }
  return found
}

const piecesOf = (match: RegExpExecArray, text: string): Piece[] => {
  const pattern = names.find((_, index) => match[index + 1] !== undefined) ?? 'word'
  if (pattern === 'word') return piecesOfWord(match)
  if (pattern !== 'number') return [piece(match, noise.has(pattern) ? 'noise' : 'value')]
  const lead = before(text, match.index)
  return saysSomething.test(lead) ? [] : [piece(match, leadsToPid.test(lead) ? 'noise' : 'value')]
}

const piece = (found: RegExpExecArray, kind: Part['kind'], offset = 0): Piece => ({
  kind,
  text: found[0],
  start: found.index + offset,
})

const longestLead = 34
const before = (text: string, index: number): string => text.slice(Math.max(0, index - longestLead), index)

/** A number after these is part of the cause: `exit code 1` is not `exit code 137`, and HTTP 500 not 404. */
const saysSomething =
  /(?<!\w)(?:(?:[Cc]ode|[Ss]tatus|errno|[Ss]ignal|answers|answered|[Ee]rror|HTTP(?:\/\d(?:\.\d)?)?|with)[ =:#(]{1,3}-?|(?!PID)[A-Z]{2,10}-)$/
const leadsToPid = /(?:(?<!\w)(?:pid|process)[ =:#(]{1,3}|\[)$/i

const piecesOfWord = (word: RegExpExecArray): Piece[] => {
  if (isCode.test(word[0])) return []
  if (isRandom(word[0])) return [piece(word, 'noise')]
  return [...word[0].matchAll(/\d{1,20}/g)].map((digits) => piece(digits, 'value', word.index))
}

/** The names that programs give to their errors: `E11000`, `TS2304`. */
const isCode = /^(?!PID)[A-Z]{1,10}_?\d{3,6}$/

/** Hex of some length, or letters and digits in turns: a digest, a request id. `v2`, `utf8` and `worker_3` are not. */
const isRandom = (word: string): boolean =>
  /^(?:0x[\da-fA-F]{1,300}|[\da-fA-F]{7,300})$/.test(word) || turnsIn(word) > 2

const turnsIn = (word: string): number => word.match(/\d(?=\D)|\D(?=\d)/g)?.length ?? 0

/** Each of the names, where it stands for itself. */
const withoutNames = (text: string, names: readonly string[]): string => {
  let rest = text
  for (const name of names) {
    if (!rest.includes(name)) continue
    rest = rest
      .split(name)
      .reduce((left, right) => left + (isInside(left.at(-1)) || isInside(right[0]) ? name : ownName) + right)
  }
  return rest
}

const isInside = (neighbour: string | undefined): boolean =>
  neighbour !== undefined && /[\w-]/.test(neighbour)
