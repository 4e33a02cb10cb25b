import { useSyncExternalStore } from 'react'

/** The feeds that are down now; the bar at the top shows when there is one. */
const down = new Set<symbol>()
const listeners = new Set<() => void>()
let outdated = false

const tell = (): void => listeners.forEach((listener) => listener())

export const setFeedDown = (feed: symbol, isDown: boolean): void => {
  if (down.has(feed) === isDown) return
  if (isDown) down.add(feed)
  else down.delete(feed)
  tell()
}

/** The feed said something that this page does not know: the tracker is newer than the page. */
export const setOutdated = (): void => {
  outdated = true
  tell()
}

export type Connection = 'live' | 'reconnecting' | 'outdated'

const current = (): Connection => (outdated ? 'outdated' : down.size > 0 ? 'reconnecting' : 'live')

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useConnection = (): Connection => useSyncExternalStore(subscribe, current)
