import type { ReactElement } from 'react'
import type { BuildQueue, BuildView, QueuedBuildView } from '../../../../shared/api/builds.ts'
import { Link } from '../router/link.tsx'
import { counted } from '../text/counted.ts'
import { Ago } from '../ui/time.tsx'
import { CancelButton } from './cancel-button.tsx'
import { forWhom } from './packers-view.ts'

interface QueueSectionProps {
  readonly queue: BuildQueue
  readonly onCancel: (build: BuildView) => void
}

/** What waits, in the order of its turn. */
export const QueueSection = ({ queue, onCancel }: QueueSectionProps): ReactElement => {
  const { queued, waiting } = queue
  return (
    <section aria-label="Queue" className="build-part">
      <h2>Queue</h2>
      {waiting === 0 ? (
        <p className="hint">Nothing waits.</p>
      ) : (
        <>
          <p className="hint explanation">
            What a deploy waits for goes first, then what a person asked for, hooks, links; of those alike,
            the service that builds least.
          </p>
          <ol className="rows">
            {queued.map((build) => (
              <Queued key={build.id} build={build} onCancel={onCancel} />
            ))}
          </ol>
        </>
      )}
      {waiting > queued.length && (
        <p className="hint">{counted(waiting - queued.length, 'more', 'more')} behind these.</p>
      )}
    </section>
  )
}

interface QueuedProps {
  readonly build: QueuedBuildView
  readonly onCancel: (build: BuildView) => void
}

const Queued = ({ build, onCancel }: QueuedProps): ReactElement => (
  <li className="row queued">
    <div>
      <Link to={`/builds/${build.id}`}>
        {build.id} {build.service}@{build.version}
      </Link>
      <p className="hint">
        for {forWhom(build)}, <Ago at={build.createdAt} />
      </p>
    </div>
    <span>{build.waitsFor}</span>
    <CancelButton build={build} onCancel={onCancel} />
  </li>
)
