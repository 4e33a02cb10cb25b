import type { ReactElement } from 'react'
import type { CallError } from '../api/client.ts'
import { Icon } from './icon.tsx'

/** What went wrong with a call, in the API's own sentence, and what to do. */
export const FailureBox = ({ failure }: { failure: CallError }): ReactElement => (
  <div className="notice tone-bad" role="alert">
    <Icon name="cross" />
    <div>
      <p>{failure.message}</p>
      {failure.hint !== undefined && <p className="hint">{failure.hint}</p>}
    </div>
  </div>
)
