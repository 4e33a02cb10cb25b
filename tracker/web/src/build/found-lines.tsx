import { useEffect, useState, type ReactElement } from 'react'
import type { NumberedLine } from '../../../../shared/api/build-records.ts'
import { call, toCallError, type CallError } from '../api/client.ts'
import { readBuildLog } from '../api/build-routes.ts'
import { counted } from '../text/counted.ts'
import { plainText } from '../text/plain-text.ts'
import { announce } from '../ui/announcer.tsx'
import { FailureBox } from '../ui/failure-box.tsx'

const around = 2
const limit = 500

/** What is found in the whole log, with the lines around it. */
export const FoundLines = ({ id, search }: { id: number; search: string }): ReactElement => {
  const { lines, failure, more, isLoading } = useSearch(id, search)
  const found = lines.filter(({ text }) => splitAt(text, search) !== undefined).length
  useEffect(() => {
    if (!isLoading) announce(`${counted(found, 'line')} found`)
  }, [found, isLoading])
  return (
    <div className="log">
      {failure && <FailureBox failure={failure} />}
      <p className="log-note">
        {isLoading && found === 0 ? 'Searching …' : `${counted(found, 'line')} found`}
        {more && ' so far'}
      </p>
      {lines.length > 0 && (
        <pre className="log-lines" tabIndex={0} aria-label="Found in the log">
          {lines.map((line, index) => (
            <FoundLine key={line.n} line={line} search={search} isAfterGap={isGap(lines[index - 1], line)} />
          ))}
        </pre>
      )}
      {more && (
        <button type="button" className="button more" onClick={more} disabled={isLoading}>
          Search on
        </button>
      )}
    </div>
  )
}

const isGap = (before: NumberedLine | undefined, line: NumberedLine): boolean =>
  before !== undefined && line.n > before.n + 1

interface FoundLineProps {
  readonly line: NumberedLine
  readonly search: string
  readonly isAfterGap: boolean
}

const FoundLine = ({ line, search, isAfterGap }: FoundLineProps): ReactElement => {
  const parts = splitAt(line.text, search)
  return (
    <span className={`log-line ${line.stream}${isAfterGap ? ' after-gap' : ''}`}>
      <span className="line-number">{line.n}</span>
      {parts === undefined ? (
        plainText(line.text)
      ) : (
        <>
          {parts[0]}
          <mark>{parts[1]}</mark>
          {parts[2]}
        </>
      )}
      {'\n'}
    </span>
  )
}

const splitAt = (text: string, search: string): [string, string, string] | undefined => {
  const shown = plainText(text)
  const from = shown.toLowerCase().indexOf(search.toLowerCase())
  if (from < 0) return undefined
  const to = from + search.length
  return [shown.slice(0, from), shown.slice(from, to), shown.slice(to)]
}

interface Found {
  readonly lines: readonly NumberedLine[]
  readonly failure: CallError | undefined
  readonly isLoading: boolean
  readonly more: (() => void) | undefined
}

interface SearchedSoFar {
  readonly lines: readonly NumberedLine[]
  /** What was asked for last, and where to go on. */
  readonly after: number | undefined
  readonly next: number | undefined
  readonly failure: CallError | undefined
}

const nothingYet: SearchedSoFar = { lines: [], after: undefined, next: undefined, failure: undefined }

const useSearch = (id: number, search: string): Found => {
  const [after, setAfter] = useState(0)
  const [found, setFound] = useState(nothingYet)
  useEffect(() => {
    const stopping = new AbortController()
    call(readBuildLog, { params: { id }, query: { search, around, limit, after } }, stopping.signal)
      .then(({ lines, next }) =>
        setFound((before) => ({ lines: [...before.lines, ...lines], after, next, failure: undefined })),
      )
      .catch((error: unknown) => {
        if (!stopping.signal.aborted)
          setFound((before) => ({ ...before, after, failure: toCallError(error) }))
      })
    return () => stopping.abort()
  }, [id, search, after])
  const { lines, next, failure } = found
  const more = next === undefined ? undefined : () => setAfter(next)
  return { lines, failure, isLoading: found.after !== after, more }
}
