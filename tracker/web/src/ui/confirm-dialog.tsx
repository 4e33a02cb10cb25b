import type { ReactElement, ReactNode } from 'react'
import { CopyCommand } from './copy-command.tsx'
import { FailureBox } from './failure-box.tsx'
import { Modal } from './modal.tsx'
import { useSubmit } from './use-submit.ts'

interface ConfirmDialogProps {
  readonly title: string
  /** What it does, and what it asks for. */
  readonly children: ReactNode
  readonly button: string
  readonly danger?: boolean
  /** The way out. */
  readonly dismiss?: string
  /** The same for a terminal. */
  readonly command?: string
  /** Ends the dialog by itself where it comes through. */
  readonly run: () => Promise<void>
  readonly onClose: () => void
}

/** Asks before something is changed. */
export const ConfirmDialog = ({
  title,
  children,
  button,
  danger = false,
  dismiss = 'Not now',
  command,
  run,
  onClose,
}: ConfirmDialogProps): ReactElement => {
  const { busy, failure, submit } = useSubmit(run)
  return (
    <Modal kind="confirm" label={title} onClose={onClose}>
      <form onSubmit={submit}>
        <h2>{title}</h2>
        {children}
        {failure && <FailureBox failure={failure} />}
        {command !== undefined && (
          <p className="hint">
            The same by command: <CopyCommand command={command} />
          </p>
        )}
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            {dismiss}
          </button>
          <button type="submit" className={danger ? 'button danger' : 'button primary'} disabled={busy}>
            {button}
          </button>
        </div>
      </form>
    </Modal>
  )
}
