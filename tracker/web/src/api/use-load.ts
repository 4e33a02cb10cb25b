import { useEffect, useState } from 'react'
import { toCallError, type CallError } from './client.ts'

export interface Loaded<Answer> {
  readonly answer: Answer | undefined
  readonly failure: CallError | undefined
}

/** An answer that is asked for once, when the component is first shown. */
export const useLoad = <Answer>(load: (signal: AbortSignal) => Promise<Answer>): Loaded<Answer> => {
  const [first] = useState(() => load)
  const [loaded, setLoaded] = useState<Loaded<Answer>>({ answer: undefined, failure: undefined })
  useEffect(() => {
    const stopping = new AbortController()
    first(stopping.signal)
      .then((answer) => setLoaded({ answer, failure: undefined }))
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) setLoaded({ answer: undefined, failure: toCallError(error) })
      })
    return () => stopping.abort()
  }, [first])
  return loaded
}
