import { isAlias, isMap, isNode, isPair, LineCounter, parseDocument, visit, type Document } from 'yaml'
import { PersonError } from '../../shared/errors.ts'

/** What a service file may be long; the parser itself is safe for any nesting that fits. */
export const maxServiceFileBytes = 16 * 1024

export interface Problem {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A service file as written, with a way to find where each part of it stands. */
export interface ParsedYaml {
  readonly value: unknown
  readonly positionOf: (path: readonly PropertyKey[]) => { line: number; column: number }
}

/** Reads YAML 1.2 without aliases and tags: whoever reads the file sees all of it. Throws what `problemsError` makes. */
export const parseYaml = (name: string, text: string): ParsedYaml => {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, keepSourceTokens: false })
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = counter.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    ...at(error.pos[0]),
    message: error.message,
  }))
  if (problems.length > 0) throw problemsError(name, problems)
  const aliases = aliasOffsets(document).map((offset) => ({
    ...at(offset),
    message: 'aliases (*name) are not supported; write the value out',
  }))
  if (aliases.length > 0) throw problemsError(name, aliases)
  return { value: document.toJS(), positionOf: (path) => at(offsetOf(document, path)) }
}

/** Up to five problems, each as `file:line:column: what`, in one `invalid` error. */
export const problemsError = (name: string, problems: readonly Problem[]): PersonError => {
  const told = problems
    .slice(0, 5)
    .map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`)
  const more = problems.length > told.length ? `; and ${problems.length - told.length} more` : ''
  return new PersonError('invalid', `${told.join('; ')}${more}`, {
    hint: 'Correct the file, commit and push it, and build that commit.',
  })
}

const aliasOffsets = (document: Document): number[] => {
  const offsets: number[] = []
  visit(document, (_, node) => {
    if (isNode(node) && isAlias(node)) offsets.push(node.range?.[0] ?? 0)
  })
  return offsets
}

/** Where the innermost part of the path begins that is in the file: a key, or an item of a list. */
const offsetOf = (document: Document, path: readonly PropertyKey[]): number => {
  let node: unknown = document.contents
  let offset = 0
  for (const step of path) {
    const found: unknown = isMap(node)
      ? node.items.find((pair) => isPair(pair) && String(pair.key) === String(step))
      : undefined
    if (!isPair(found)) break
    offset = startOf(found.key) ?? offset
    node = found.value
  }
  return offset
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)
