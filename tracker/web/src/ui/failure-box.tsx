import type { ReactElement } from 'react'
import type { CallError } from '../api/client.ts'
import { Hint } from './hint.tsx'
import { Icon } from './icon.tsx'

/** What went wrong with a call, in the API's own sentence, and what to do. */
export const FailureBox = ({ failure }: { failure: CallError }): ReactElement => (
  <div className="notice tone-bad" role="alert">
    <Icon name="cross" />
    <div>
      <p>{failure.message}</p>
      {failure.hint !== undefined && <Hint text={failure.hint} />}
    </div>
  </div>
)
