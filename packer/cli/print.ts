import { endQuietlyOnClosedPipe } from '../../shared/command-line.ts'
import { safeJson, safeText } from '../../shared/terminal-text.ts'

/** Prints a result: as one line of JSON when that was asked for, else as lines, made safe for a terminal. */
export const print = (json: true | undefined, value: unknown, lines: () => readonly string[]): void => {
  endQuietlyOnClosedPipe()
  const text = json ? [safeJson(value)] : lines().map((line) => safeText(line))
  process.stdout.write(`${text.join('\n')}\n`)
}
