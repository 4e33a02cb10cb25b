import type { ReactElement } from 'react'

interface ReasonFieldProps {
  readonly reason: string
  readonly required?: boolean
  readonly onChange: (reason: string) => void
}

/** Why something is changed, for those who look it up. */
export const ReasonField = ({ reason, required = false, onChange }: ReasonFieldProps): ReactElement => (
  <label className="field">
    <span>Reason (for the history)</span>
    <input
      value={reason}
      maxLength={500}
      required={required}
      onChange={({ target }) => onChange(target.value)}
    />
  </label>
)
