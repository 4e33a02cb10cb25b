import { safeJson } from '../../../shared/terminal-text.ts'
import type { Terminal } from '../output/terminal.ts'
import { exitCodeOfOutcome } from './outcome.ts'
import type { Presenter } from './presenter.ts'
import { failuresIn, type Progress } from './progress.ts'

/** One event per line, as the API has it; the last line has the kind `result`. */
export const jsonPresenter = (progress: Progress, output: Terminal): Presenter => ({
  show: (events) => {
    for (const event of events) output.write(`${safeJson(event)}\n`)
  },
  connection: () => undefined,
  finish: (outcome) => {
    const { deploy } = progress
    const seconds = ((deploy.endedAt ?? Date.now()) - (deploy.beganAt ?? deploy.createdAt)) / 1000
    const result = {
      kind: 'result',
      outcome,
      exitCode: exitCodeOfOutcome[outcome],
      seconds,
      deploy,
      failures: failuresIn(progress),
    }
    output.write(`${safeJson(result)}\n`)
  },
})
