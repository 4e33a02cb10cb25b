import { useState, type FocusEvent, type MouseEvent, type ReactElement } from 'react'

interface Tip {
  readonly text: string
  readonly left: number
  readonly top: number
}

interface TipEvents {
  readonly onMouseOver: (event: MouseEvent) => void
  readonly onMouseOut: () => void
  readonly onFocus: (event: FocusEvent) => void
  readonly onBlur: () => void
  readonly onScroll: () => void
}

const width = 260
const margin = 8

/** Shows the `data-tip` of whatever inside is pointed at or focused. One for many, so that each costs nothing. */
export const useTip = (): { tip: ReactElement | null; tipEvents: TipEvents } => {
  const [tip, setTip] = useState<Tip>()
  const show = (event: MouseEvent | FocusEvent): void => setTip(tipOf(event.target))
  const hide = (): void => setTip(undefined)
  return {
    tip: tip ? (
      <div className="tip" role="tooltip" style={{ left: tip.left, top: tip.top, maxWidth: width }}>
        {tip.text}
      </div>
    ) : null,
    tipEvents: { onMouseOver: show, onMouseOut: hide, onFocus: show, onBlur: hide, onScroll: hide },
  }
}

const tipOf = (target: EventTarget): Tip | undefined => {
  const owner = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null
  const text = owner?.dataset['tip']
  if (!owner || text === undefined) return undefined
  const box = owner.getBoundingClientRect()
  return {
    text,
    left: Math.max(margin, Math.min(box.left, window.innerWidth - width - margin)),
    top: box.bottom + 4,
  }
}
