const day = 24 * 3_600_000

/** Turns a moment into what the clocks in a zone show then, to the second, as if that were UTC. */
export type WallClock = (at: number) => number

export const wallClockOf = (zone: string): WallClock => {
  // Swedish writes dates as ISO does.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return (at) => Date.parse(`${format.format(at).replace(' ', 'T')}Z`)
}

/**
 * The moments that a time on the wall can mean. Usually that is one; where clocks are set back it is two, and where they are set
 * forward past it, those that it would be by the one offset and by the other.
 */
export const momentsOf = (clock: WallClock, shown: number): readonly number[] => {
  const candidates = [shown - day, shown + day].map((near) => shown - (clock(near) - near))
  const exact = candidates.filter((at) => clock(at) === shown)
  return exact.length > 0 ? exact : candidates
}
