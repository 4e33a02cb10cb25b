import { useState, type ReactElement } from 'react'
import { call } from '../api/client.ts'
import { readBuildLog } from '../api/build-routes.ts'
import { useLoad } from '../api/use-load.ts'
import { counted } from '../text/counted.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { Icon } from '../ui/icon.tsx'
import { maxLogLines, type BuildPageView } from './build-view.ts'
import { FoundLines } from './found-lines.tsx'
import { firstError } from './first-error.ts'
import { LogLines } from './log-lines.tsx'

/** The log of a build, as it grows; with a search through all of it, and a way to the first error. */
export const LogSection = ({ view }: { view: BuildPageView }): ReactElement => {
  const [typed, setTyped] = useState('')
  const [search, setSearch] = useState('')
  const { id } = view.build
  return (
    <section aria-label="Log" className="build-part">
      <div className="headline">
        <h2>Log</h2>
        <form
          className="search"
          role="search"
          onSubmit={(event) => {
            event.preventDefault()
            setSearch(typed.trim())
          }}
        >
          <Icon name="search" />
          <input
            type="search"
            aria-label="Search the log"
            placeholder="Search the log, then Enter"
            maxLength={200}
            value={typed}
            onChange={({ target }) => {
              setTyped(target.value)
              if (target.value === '') setSearch('')
            }}
          />
        </form>
      </div>
      {search === '' ? <WholeLog view={view} /> : <FoundLines key={search} id={id} search={search} />}
    </section>
  )
}

/** What the feed tells; of a build that is so long ago that its log is in the artifact store alone, its first lines. */
const WholeLog = ({ view }: { view: BuildPageView }): ReactElement => {
  const isOver = view.build.endedAt !== undefined
  return view.lines.length === 0 && isOver && view.build.isKept ? (
    <StoredLog id={view.build.id} />
  ) : (
    <ShownLog lines={view.lines} dropped={view.dropped} isOver={isOver} />
  )
}

const StoredLog = ({ id }: { id: number }): ReactElement => {
  const query = { limit: maxLogLines }
  const { answer, failure } = useLoad((signal) => call(readBuildLog, { params: { id }, query }, signal))
  if (failure) return <FailureBox failure={failure} />
  return (
    <>
      {answer && <ShownLog lines={answer.lines} dropped={0} isOver />}
      {answer?.next !== undefined && (
        <p className="log-note">
          The log goes on. All of it: <CopyCommand command={`tracker logs --build ${id}`} />
        </p>
      )}
    </>
  )
}

type ShownLogProps = Pick<BuildPageView, 'lines' | 'dropped'> & { readonly isOver: boolean }

const ShownLog = ({ lines, dropped, isOver }: ShownLogProps): ReactElement => {
  const [marked, setMarked] = useState<{ index: number }>()
  const error = isOver ? firstError(lines) : undefined
  return (
    <div className="log">
      {dropped > 0 && (
        <p className="log-note">{counted(dropped, 'earlier line')} left out; a search finds them too</p>
      )}
      {error !== undefined && (
        <button type="button" className="link-button" onClick={() => setMarked({ index: error })}>
          Go to the first error
        </button>
      )}
      <LogLines lines={lines} dropped={dropped} tail={false} marked={marked} />
    </div>
  )
}
