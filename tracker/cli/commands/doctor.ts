import type { Command } from 'commander'
import type { Check } from '../../../shared/domain/check.ts'
import { safeJson } from '../../../shared/terminal-text.ts'
import { checkLines, tallyOf } from '../doctor/check-lines.ts'
import { examineAll } from '../doctor/examine.ts'
import { painter } from '../output/palette.ts'
import { endQuietlyOnClosedPipe, standardOutput } from '../output/terminal.ts'
import type { GlobalFlags } from '../session.ts'

export const defineDoctor = (command: Command): void => {
  command.action(async () => {
    const flags = command.optsWithGlobals<GlobalFlags>()
    endQuietlyOnClosedPipe()
    const output = standardOutput()
    const checks: Check[] = []
    for await (const check of examineAll(flags)) checks.push(check)
    const summary = tallyOf(checks)
    const lines = flags.json ? [safeJson({ checks, summary })] : checkLines(checks, painter(output.colour))
    output.write(`${lines.join('\n')}\n`)
    process.exitCode = summary.error > 0 ? 1 : 0
  })
}
