import { useState, type SyntheticEvent } from 'react'
import { toCallError, type CallError } from '../api/client.ts'

interface Submit {
  readonly busy: boolean
  readonly failure: CallError | undefined
  readonly submit: (event: SyntheticEvent) => void
}

/** Of a form that calls the API: it is sent once, and what went wrong is told beside it. */
export const useSubmit = (run: () => Promise<void>): Submit => {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<CallError>()
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    setBusy(true)
    setFailure(undefined)
    run().catch((error: unknown) => {
      setFailure(toCallError(error))
      setBusy(false)
    })
  }
  return { busy, failure, submit }
}
