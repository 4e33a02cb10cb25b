import type { ReactElement } from 'react'
import { CopyCommand } from './copy-command.tsx'

interface EmptyStateProps {
  readonly title: string
  readonly text: string
  readonly command?: string
}

/** Nothing here yet, and the command that changes it. */
export const EmptyState = ({ title, text, command }: EmptyStateProps): ReactElement => (
  <div className="empty">
    <h2>{title}</h2>
    <p>{text}</p>
    {command !== undefined && <CopyCommand command={command} />}
  </div>
)
