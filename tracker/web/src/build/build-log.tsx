import { useLayoutEffect, useRef, useState, type ReactElement } from 'react'
import type { LogLine } from '../../../../shared/domain/event.ts'
import { counted } from '../text/counted.ts'
import { plainText } from '../text/plain-text.ts'
import type { BuildPageView } from './build-view.ts'

const tailLines = 12
const atEndPixels = 40

interface BuildLogProps {
  readonly view: Pick<BuildPageView, 'lines' | 'dropped'>
  /** Begins with the last lines only. */
  readonly short: boolean
}

export const BuildLog = ({ view, short }: BuildLogProps): ReactElement => {
  const [whole, setWhole] = useState(!short)
  const lines = whole ? view.lines : view.lines.slice(-tailLines)
  const hidden = view.lines.length - lines.length
  return (
    <div className="log">
      {view.dropped > 0 && whole && (
        <p className="log-note">{counted(view.dropped, 'earlier line')} left out</p>
      )}
      <LogLines lines={lines} tail={!whole} />
      {short && view.lines.length > tailLines && (
        <button type="button" className="link-button" onClick={() => setWhole(!whole)}>
          {whole ? 'Show only the last lines' : `Show the whole log (${counted(hidden, 'earlier line')})`}
        </button>
      )}
    </div>
  )
}

const LogLines = ({ lines, tail }: { lines: readonly LogLine[]; tail: boolean }): ReactElement => {
  const box = useRef<HTMLPreElement>(null)
  const atEnd = useRef(true)
  useLayoutEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight
  }, [lines])
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
        <span key={index} className={`log-line ${line.stream}`}>
          {plainText(line.text)}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}
