import { memo, useEffect, useLayoutEffect, useRef, type ReactElement } from 'react'
import type { LogLine } from '../../../../shared/domain/event.ts'
import { plainText } from '../text/plain-text.ts'

const atEndPixels = 40

interface LogLinesProps {
  readonly lines: readonly LogLine[]
  /** How many stand before them; so that a line keeps its place while those before it are let go. */
  readonly dropped: number
  readonly tail: boolean
  /** The line to go to and to mark; a new object goes there again. */
  readonly marked?: { readonly index: number } | undefined
}

/** A log that stays at its end while it grows, unless its reader has scrolled away from there. */
export const LogLines = ({ lines, dropped, tail, marked }: LogLinesProps): ReactElement => {
  const box = useRef<HTMLPreElement>(null)
  const atEnd = useRef(true)
  useLayoutEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight
  }, [lines])
  useEffect(() => {
    if (marked) box.current?.children[marked.index]?.scrollIntoView({ block: 'center' })
  }, [marked])
  return (
    <pre
      ref={box}
      className={tail ? 'log-lines tail' : 'log-lines'}
      tabIndex={0}
      aria-label="Build log"
      onScroll={({ currentTarget: at }) => {
        atEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < atEndPixels
      }}
    >
      {lines.map((line, index) => (
        <Line
          key={dropped + index}
          stream={line.stream}
          text={line.text}
          isMarked={marked?.index === index}
        />
      ))}
    </pre>
  )
}

type LineProps = Pick<LogLine, 'stream' | 'text'> & { readonly isMarked: boolean }

const Line = memo(({ stream, text, isMarked }: LineProps): ReactElement => (
  <span className={`log-line ${stream}${isMarked ? ' marked' : ''}`}>
    {plainText(text)}
    {'\n'}
  </span>
))
Line.displayName = 'Line'
