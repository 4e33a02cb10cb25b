import { safeText } from '../../../shared/terminal-text.ts'
import { painter } from '../output/palette.ts'
import type { Terminal } from '../output/terminal.ts'
import type { Presenter } from './presenter.ts'
import type { Progress } from './progress.ts'
import { nameWidthOf, stepLines } from './step-lines.ts'
import { summaryLines, titleOf } from './summary.ts'

/** One line per step, for logs and pipes. */
export const plainPresenter = (progress: Progress, output: Terminal): Presenter => {
  const paint = painter(output.colour)
  const write = (lines: readonly string[]): void => {
    if (lines.length > 0) output.write(`${lines.join('\n')}\n`)
  }
  write([
    titleOf(progress.deploy),
    ...progress.deploy.warnings.map((warning) => `  note: ${safeText(warning)}`),
  ])
  return {
    show: (events) => {
      const nameWidth = nameWidthOf(progress.deploy.targets.map(({ hostName }) => hostName))
      write(events.flatMap((event) => stepLines(event, paint, nameWidth)))
    },
    connection: (isAway) =>
      void process.stderr.write(
        isAway ? 'the tracker is away; hosts go on, trying again …\n' : 'the tracker is back\n',
      ),
    finish: (outcome) => write(summaryLines(progress, outcome, Date.now(), paint, output.colour)),
  }
}
