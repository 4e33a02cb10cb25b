import type { ReactElement } from 'react'

/** A sentence of the API: what it puts in backticks is to be typed. */
export const Hint = ({ text }: { text: string }): ReactElement => (
  <p className="hint">
    {text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}
  </p>
)
