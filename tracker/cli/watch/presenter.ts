import type { Event } from '../../../shared/domain/event.ts'
import type { Terminal } from '../output/terminal.ts'
import { jsonPresenter } from './json-presenter.ts'
import { livePresenter } from './live-presenter.ts'
import type { Outcome } from './outcome.ts'
import { plainPresenter } from './plain-presenter.ts'
import type { Progress } from './progress.ts'

/** Shows a deploy while it is watched: as JSON lines, as plain lines, or as a picture that is drawn again in place. */
export interface Presenter {
  /** After each frame of events, which the progress already includes. */
  show(events: readonly Event[]): void
  /** The tracker went away, or is back. */
  connection(isAway: boolean): void
  /** Watching is over: gives the terminal back and says how it ended. */
  finish(outcome: Outcome): void
}

export const presenterFor = (progress: Progress, output: Terminal, json: boolean): Presenter => {
  if (json) return jsonPresenter(progress, output)
  return output.isTerminal ? livePresenter(progress, output) : plainPresenter(progress, output)
}
