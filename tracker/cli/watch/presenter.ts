import type { Event } from '../../../shared/domain/event.ts'
import type { Outcome } from './outcome.ts'

/** Shows a deploy while it is watched: as JSON lines, as plain lines, or as a picture that is drawn again in place. */
export interface Presenter {
  /** After each frame of events, which the progress already includes. */
  show(events: readonly Event[]): void
  /** The tracker went away, or is back. */
  connection(isAway: boolean): void
  /** Watching is over: gives the terminal back and says how it ended. */
  finish(outcome: Outcome): void
}
