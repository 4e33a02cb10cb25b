import type { Check, CheckStatus } from '../../../shared/domain/check.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import type { Paint, Tone } from '../output/palette.ts'
import { count } from '../output/quantity.ts'
import { pad } from '../output/width.ts'

const signs: Record<CheckStatus, { sign: string; tone: Tone }> = {
  ok: { sign: '✓', tone: 'good' },
  warning: { sign: '!', tone: 'busy' },
  error: { sign: '✗', tone: 'bad' },
}

/** Grouped by part, with what to do under what is wrong, and a summary in the last line. */
export const checkLines = (checks: readonly Check[], paint: Paint): string[] => {
  const width = Math.max(...checks.map(({ name }) => name.length))
  return [
    ...checks.flatMap((check, index) => [
      ...(check.part === checks[index - 1]?.part ? [] : [paint('strong', check.part)]),
      ...linesOf(check, width, paint),
    ]),
    summaryOf(checks),
  ]
}

const linesOf = ({ name, status, message, hint }: Check, width: number, paint: Paint): string[] => {
  const { sign, tone } = signs[status]
  const indent = ' '.repeat(width + 6)
  return [
    `  ${paint(tone, sign)} ${pad(name, width)}  ${safeText(message)}`,
    ...(hint === undefined ? [] : [`${indent}→ ${safeText(hint)}`]),
  ]
}

export const tallyOf = (checks: readonly Check[]): Record<CheckStatus, number> => {
  const tally = { ok: 0, warning: 0, error: 0 }
  for (const { status } of checks) tally[status] += 1
  return tally
}

const summaryOf = (checks: readonly Check[]): string => {
  const { ok, warning, error } = tallyOf(checks)
  return error + warning === 0
    ? `All is well: ${count(checks.length, 'check')}.`
    : `${count(error, 'error')}, ${count(warning, 'warning')}, ${ok} ok.`
}
