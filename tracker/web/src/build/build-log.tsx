import { useState, type ReactElement } from 'react'
import { counted } from '../text/counted.ts'
import type { BuildPageView } from './build-view.ts'
import { LogLines } from './log-lines.tsx'

const tailLines = 12

/** The last lines of a build's log, and all of it when asked for. */
export const BuildLog = ({ view }: { view: Pick<BuildPageView, 'lines' | 'dropped'> }): ReactElement => {
  const [whole, setWhole] = useState(false)
  const hidden = whole ? 0 : Math.max(0, view.lines.length - tailLines)
  return (
    <div className="log">
      {view.dropped > 0 && whole && (
        <p className="log-note">{counted(view.dropped, 'earlier line')} left out</p>
      )}
      <LogLines lines={view.lines.slice(hidden)} dropped={view.dropped + hidden} tail={!whole} />
      {view.lines.length > tailLines && (
        <button type="button" className="link-button" onClick={() => setWhole(!whole)}>
          {whole ? 'Show only the last lines' : `Show the whole log (${counted(hidden, 'earlier line')})`}
        </button>
      )}
    </div>
  )
}
