import type { Command } from 'commander'
import { endQuietlyOnClosedPipe } from '../../../shared/command-line.ts'
import { checkLines, tallyOf } from '../../../shared/doctor/check-lines.ts'
import type { Check } from '../../../shared/domain/check.ts'
import { safeJson } from '../../../shared/terminal-text.ts'
import { examineAll } from '../doctor/examine.ts'
import { painter, type Tone } from '../output/palette.ts'
import { standardOutput } from '../output/terminal.ts'
import type { GlobalFlags } from '../session.ts'

const tones = { ok: 'good', warning: 'busy', error: 'bad', heading: 'strong' } satisfies Record<string, Tone>

export const defineDoctor = (command: Command): void => {
  command.action(async () => {
    const flags = command.optsWithGlobals<GlobalFlags>()
    endQuietlyOnClosedPipe()
    const output = standardOutput()
    const checks: Check[] = []
    for await (const check of examineAll(flags)) checks.push(check)
    const summary = tallyOf(checks)
    const paint = painter(output.colour)
    const lines = flags.json
      ? [safeJson({ checks, summary })]
      : checkLines(checks, (tone, text) => paint(tones[tone], text))
    output.write(`${lines.join('\n')}\n`)
    process.exitCode = summary.error > 0 ? 1 : 0
  })
}
