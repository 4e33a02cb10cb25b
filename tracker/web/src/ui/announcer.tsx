import { useSyncExternalStore, type ReactElement } from 'react'

let message = ''
const listeners = new Set<() => void>()

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Says a change aloud to whoever listens to the page instead of looking at it. */
export const announce = (text: string): void => {
  message = text
  listeners.forEach((listener) => listener())
}

export const Announcer = (): ReactElement => (
  <div className="visually-hidden" role="status" aria-live="polite">
    {useSyncExternalStore(subscribe, () => message)}
  </div>
)
