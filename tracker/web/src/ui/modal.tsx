import { useEffect, useRef, type MouseEvent, type ReactElement, type ReactNode } from 'react'

interface ModalProps {
  readonly kind: 'drawer' | 'confirm'
  readonly label: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** The browser's own dialog: it keeps the focus inside, closes on Escape, and gives the focus back. */
export const Modal = ({ kind, label, onClose, children }: ModalProps): ReactElement => {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = dialog.current
    const before = document.activeElement
    shown?.showModal()
    return () => {
      shown?.close()
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [])
  const onClick = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose()
  }
  return (
    <dialog
      ref={dialog}
      className={kind}
      aria-label={label}
      onClick={onClick}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div className="dialog-body">{children}</div>
    </dialog>
  )
}
