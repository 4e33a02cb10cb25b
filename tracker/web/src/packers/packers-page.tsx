import { useState, type ReactElement } from 'react'
import type { BuildQueue, BuildView } from '../../../../shared/api/builds.ts'
import type { PackerView } from '../../../../shared/api/packers.ts'
import { getBuildQueue, listPackers } from '../api/build-routes.ts'
import { call } from '../api/client.ts'
import { usePolled } from '../api/use-polled.ts'
import { CancelBuild } from '../build/cancel-build.tsx'
import { BuildsNav } from '../builds/builds-nav.tsx'
import { counted } from '../text/counted.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { useTitle } from '../ui/title.ts'
import { PackersTable } from './packers-table.tsx'
import { placesText } from './packers-view.ts'
import { QueueSection } from './queue-section.tsx'

/** Packers tell of themselves so often. */
const everyMs = 2000
const shownQueued = 100

interface Floor {
  readonly packers: readonly PackerView[]
  readonly queue: BuildQueue
}

const loadFloor = async (signal: AbortSignal): Promise<Floor> => {
  const [{ packers }, queue] = await Promise.all([
    call(listPackers, {}, signal),
    call(getBuildQueue, { query: { limit: shownQueued } }, signal),
  ])
  return { packers, queue }
}

export const PackersPage = (): ReactElement => {
  const { answer, failure, refresh } = usePolled(loadFloor, everyMs)
  const [asked, setAsked] = useState<BuildView>()
  useTitle('Packers')
  return (
    <>
      <header className="page-header">
        <div className="headline">
          <h1>Packers</h1>
          <BuildsNav here="/packers" />
        </div>
        {answer && answer.packers.length > 0 && (
          <p className="facts">
            <span>{counted(answer.packers.length, 'packer')}</span>
            <span>{placesText(answer.packers)}</span>
            <span>{counted(answer.queue.waiting, 'build')} waiting</span>
          </p>
        )}
      </header>
      {failure && <FailureBox failure={failure} />}
      {answer?.packers.length === 0 && <NoPackers />}
      {answer && answer.packers.length > 0 && (
        <PackersTable packers={answer.packers} queue={answer.queue} onCancel={setAsked} />
      )}
      {answer && <QueueSection queue={answer.queue} onCancel={setAsked} />}
      {asked && <CancelBuild build={asked} onCancelled={refresh} onClose={() => setAsked(undefined)} />}
    </>
  )
}

const NoPackers = (): ReactElement => (
  <EmptyState
    title="No packers yet"
    text="A packer builds services from git. This prints what to run on its machine:"
    command="tracker enroll packer-1 --packer"
  />
)
