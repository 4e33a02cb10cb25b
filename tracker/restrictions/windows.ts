import type { FreezeWindow } from '../../shared/api/freezes.ts'
import { parseWeekly } from '../../shared/domain/weekly.ts'
import { momentsOf, wallClockOf } from './wall-clock.ts'

const minute = 60_000
const day = 24 * 60 * minute

interface Span {
  readonly begin: number
  readonly end: number
}

/** Until when a window lasts without a gap; undefined when it is open at that moment. */
export const heldUntil = (window: FreezeWindow, now: number): number | undefined => {
  let until: number | undefined
  for (const { begin, end } of spansAround(window, now)) {
    const reached = until ?? now
    if (begin <= reached && reached < end) until = end
  }
  return until
}

const spansAround = (window: FreezeWindow, now: number): Span[] =>
  window.kind === 'dated'
    ? [{ begin: window.from, end: window.until }]
    : weeklySpans(window.weekly, window.zone, now)

/** All that may last at this moment, and those that may follow it without a gap, in order. */
const weeklySpans = (weekly: string, zone: string, now: number): Span[] => {
  const window = parseWeekly(weekly)
  if (!window) return []
  const { days, from, until, nights } = window
  const clock = wallClockOf(zone)
  const today = Math.floor(clock(now) / day) * day
  return Array.from({ length: 15 }, (_, index) => today + (index - 7) * day)
    .filter((date) => days.includes(new Date(date).getUTCDay()))
    .map((date) => ({
      // Where clocks change, a freeze is rather too long than too short.
      begin: Math.min(...momentsOf(clock, date + from * minute)),
      end: Math.max(...momentsOf(clock, date + nights * day + until * minute)),
    }))
}
