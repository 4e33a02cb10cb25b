import type { MouseEvent, ReactElement, ReactNode } from 'react'
import { navigate } from './router.ts'

interface LinkProps {
  readonly to: string
  readonly children: ReactNode
  readonly className?: string
  readonly current?: boolean
  readonly label?: string
}

/** Clicks that mean "in a new tab" are the browser's. */
const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

export const Link = ({ to, children, className, current = false, label }: LinkProps): ReactElement => (
  <a
    href={to}
    className={className}
    aria-current={current ? 'page' : undefined}
    aria-label={label}
    onClick={(event) => {
      if (!isPlainClick(event)) return
      event.preventDefault()
      navigate(to)
      window.scrollTo(0, 0)
    }}
  >
    {children}
  </a>
)
