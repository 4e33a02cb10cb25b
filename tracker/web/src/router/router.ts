import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
const tell = (): void => listeners.forEach((listener) => listener())

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

const current = (): string => window.location.pathname + window.location.search

/** Goes to a path of this page. `replace` for what Back should not stop at, such as each letter of a filter. */
export const navigate = (to: string, { replace = false } = {}): void => {
  if (to === current()) return
  window.history[replace ? 'replaceState' : 'pushState'](null, '', to)
  tell()
}

/** Path and query of the address bar; follows navigation. */
export const useLocation = (): URL =>
  new URL(useSyncExternalStore(subscribe, current), window.location.origin)

/** The current address with one query parameter set, or taken away. */
export const withQuery = (name: string, value: string | undefined): string => {
  const url = new URL(current(), window.location.origin)
  if (value === undefined || value === '') url.searchParams.delete(name)
  else url.searchParams.set(name, value)
  return url.pathname + url.search
}
