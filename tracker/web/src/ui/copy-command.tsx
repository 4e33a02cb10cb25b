import { useRef, useState, type ReactElement } from 'react'
import { announce } from './announcer.tsx'
import { Icon } from './icon.tsx'

const copiedMs = 1500

/** A command to type instead of a click here, ready to be copied. */
export const CopyCommand = ({ command }: { command: string }): ReactElement => {
  const [copied, setCopied] = useState(false)
  const code = useRef<HTMLElement>(null)
  const copy = async (): Promise<void> => {
    if (code.current) select(code.current)
    // Only on https and on localhost; elsewhere the selected text is one key away from being copied.
    if (!('clipboard' in navigator)) return
    await navigator.clipboard.writeText(command)
    announce('Copied')
    setCopied(true)
    setTimeout(() => setCopied(false), copiedMs)
  }
  return (
    <span className="command">
      <code ref={code}>{command}</code>
      <button
        type="button"
        className="icon-button"
        aria-label={`Copy ${command}`}
        onClick={() => void copy()}
      >
        <Icon name={copied ? 'check' : 'copy'} />
      </button>
    </span>
  )
}

const select = (element: HTMLElement): void => {
  window.getSelection()?.selectAllChildren(element)
}
