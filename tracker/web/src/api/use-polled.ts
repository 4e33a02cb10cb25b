import { useCallback, useEffect, useState } from 'react'
import { toCallError } from './client.ts'
import type { Loaded } from './use-load.ts'

interface Polled<Answer> extends Loaded<Answer> {
  /** Asks at once: something was just changed. */
  readonly refresh: () => void
}

/**
 * An answer that is asked for again and again while it is looked at: for what the feed does not tell of. The last answer
 * stays beside a failure. What to ask is taken once: give the component a `key` to change it.
 */
export const usePolled = <Answer>(
  load: (signal: AbortSignal) => Promise<Answer>,
  everyMs: number,
): Polled<Answer> => {
  const [first] = useState(() => load)
  const [round, setRound] = useState(0)
  const [loaded, setLoaded] = useState<Loaded<Answer>>({ answer: undefined, failure: undefined })
  useEffect(() => {
    const stopping = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async (): Promise<void> => {
      try {
        const answer = await first(stopping.signal)
        if (!stopping.signal.aborted) setLoaded({ answer, failure: undefined })
      } catch (error) {
        if (!stopping.signal.aborted) setLoaded(({ answer }) => ({ answer, failure: toCallError(error) }))
      }
    }
    const goOn = async (): Promise<void> => {
      if (!document.hidden) await ask()
      if (!stopping.signal.aborted) timer = setTimeout(() => void goOn(), everyMs)
    }
    void goOn()
    return () => {
      stopping.abort()
      clearTimeout(timer)
    }
  }, [first, everyMs, round])
  const refresh = useCallback(() => setRound((count) => count + 1), [])
  return { ...loaded, refresh }
}
