import { safeText } from '../../../shared/terminal-text.ts'
import { painter } from '../output/palette.ts'
import { Screen } from '../output/screen.ts'
import type { Terminal } from '../output/terminal.ts'
import { liveLines } from './live-lines.ts'
import type { Presenter } from './presenter.ts'
import type { Progress } from './progress.ts'
import { summaryLines } from './summary.ts'

const redrawEveryMs = 100
/** Without news, only the ages change. */
const redrawIdleMs = 1000

/** Draws the view at most ten times a second, however many events come. */
export const livePresenter = (progress: Progress, output: Terminal): Presenter => {
  const screen = new Screen(output)
  const paint = painter(output.colour)
  let drawnAt = 0
  let isStale = true
  const draw = (): void => {
    const now = Date.now()
    if (!isStale && now - drawnAt < redrawIdleMs) return
    const { columns, rows, colour } = output
    screen.draw(liveLines(progress, { columns, rows, now, paint, colour }))
    drawnAt = now
    isStale = false
  }
  const timer = setInterval(draw, redrawEveryMs)
  draw()
  return {
    show: () => void (isStale = true),
    connection: () => void (isStale = true),
    finish: (outcome) => {
      clearInterval(timer)
      screen[Symbol.dispose]()
      const lines = [
        ...(outcome === 'failed' && progress.hosts.size > 0 && hasNoHostTouched(progress)
          ? buildLog(progress)
          : []),
        ...summaryLines(progress, outcome, Date.now(), paint, output.colour),
      ]
      output.write(`${lines.join('\n')}\n`)
    },
  }
}

const hasNoHostTouched = ({ hosts }: Progress): boolean =>
  [...hosts.values()].every(({ state }) => state === 'assigned')

/** A build that failed took its log with it when the view was cleared: what it said last is shown again. */
const buildLog = ({ buildTail }: Progress): string[] =>
  buildTail.slice(-30).map(({ text }) => `  | ${safeText(text)}`)
