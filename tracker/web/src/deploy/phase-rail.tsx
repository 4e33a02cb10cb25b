import type { ReactElement } from 'react'
import { deployLooks } from '../deploys/deploy-looks.ts'
import { formatAbsolute, formatClock } from '../text/time.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { Took } from '../ui/time.tsx'
import type { DeployPageView } from './deploy-view.ts'
import { phasesOf, type Phase, type PhaseStatus } from './phases.ts'

const marks: Record<PhaseStatus, { icon: IconName; word: string }> = {
  waiting: { icon: 'clock', word: 'waiting' },
  running: { icon: 'retry', word: 'running' },
  passed: { icon: 'check', word: 'done' },
  stopped: { icon: 'cross', word: 'stopped' },
  'not-needed': { icon: 'equal', word: 'not needed' },
}

/** Build → Stage → Canary → Rolling → Done, each with when it began and how long it took. */
export const PhaseRail = ({ view }: { view: DeployPageView }): ReactElement => (
  <ol className="rail" aria-label="Phases">
    {phasesOf(view).map((phase) => (
      <RailStep key={phase.name} phase={phase} view={view} />
    ))}
  </ol>
)

const RailStep = ({ phase, view }: { phase: Phase; view: DeployPageView }): ReactElement => {
  const look = deployLooks[view.deploy.state]
  const stopped = phase.status === 'stopped'
  const mark = stopped ? look : marks[phase.status]
  return (
    <li
      className={`rail-step ${phase.status} ${stopped ? `tone-${look.tone}` : ''}`}
      aria-current={phase.status === 'running' ? 'step' : undefined}
    >
      <span className="rail-mark">
        <Icon name={mark.icon} spins={phase.status === 'running'} />
      </span>
      <span className="rail-name">
        {phase.name}
        <span className="visually-hidden">: {mark.word}</span>
      </span>
      <span className="rail-time">
        <RailTime phase={phase} word={stopped ? look.word : undefined} />
      </span>
    </li>
  )
}

const RailTime = ({ phase, word }: { phase: Phase; word: string | undefined }): ReactElement => {
  const { name, status, note, from, to } = phase
  if (status === 'waiting' || status === 'not-needed') return <>{note ?? '–'}</>
  if (name === 'Done') return <>{from === undefined ? (word ?? '') : <Clock at={from} />}</>
  if (from === undefined) return <>{note ?? word ?? ''}</>
  // When a passed phase ended is not known of a deploy too large to read its whole history.
  if (status === 'passed' && to === undefined) return <Clock at={from} />
  return (
    <>
      <Clock at={from} /> · <Took from={from} to={status === 'running' ? undefined : to} />
    </>
  )
}

const Clock = ({ at }: { at: number }): ReactElement => (
  <span title={formatAbsolute(at)}>{formatClock(at)}</span>
)
