import type { Check, CheckStatus } from '../domain/check.ts'
import { safeText } from '../terminal-text.ts'
import { count } from '../wording.ts'

/** Writes text as it fits what it says; where there is no colour, the text alone. */
type Paint = (tone: CheckStatus | 'heading', text: string) => string

const signs: Record<CheckStatus, string> = { ok: '✓', warning: '!', error: '✗' }

/** Grouped by part, with what to do under what is wrong, and a summary in the last line. */
export const checkLines = (checks: readonly Check[], paint: Paint): string[] => {
  const width = Math.max(...checks.map(({ name }) => name.length))
  return [
    ...checks.flatMap((check, index) => [
      ...(check.part === checks[index - 1]?.part ? [] : [paint('heading', check.part)]),
      ...linesOf(check, width, paint),
    ]),
    summaryOf(checks),
  ]
}

export const tallyOf = (checks: readonly Check[]): Record<CheckStatus, number> => {
  const tally = { ok: 0, warning: 0, error: 0 }
  for (const { status } of checks) tally[status] += 1
  return tally
}

const linesOf = ({ name, status, message, hint }: Check, width: number, paint: Paint): string[] => [
  `  ${paint(status, signs[status])} ${name.padEnd(width)}  ${safeText(message)}`,
  ...(hint === undefined ? [] : [`${' '.repeat(width + 6)}→ ${safeText(hint)}`]),
]

const summaryOf = (checks: readonly Check[]): string => {
  const { ok, warning, error } = tallyOf(checks)
  return error + warning === 0
    ? `All is well: ${count(checks.length, 'check')}.`
    : `${count(error, 'error')}, ${count(warning, 'warning')}, ${ok} ok.`
}
