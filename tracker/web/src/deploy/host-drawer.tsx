import type { ReactElement } from 'react'
import { targetText } from '../../../../shared/domain/edition-text.ts'
import type { TargetView } from '../../../../shared/api/deploys.ts'
import { useLive } from '../api/use-live.ts'
import { plainText } from '../text/plain-text.ts'
import { formatAbsolute, formatClock, formatDuration } from '../text/time.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { Icon } from '../ui/icon.tsx'
import { Modal } from '../ui/modal.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { installLook } from './install-groups.ts'
import { timelineSource, type Step } from './timeline.ts'

interface HostDrawerProps {
  readonly deployId: number
  readonly target: TargetView
  readonly onClose: () => void
}

/** What one host did in this deploy, live. */
export const HostDrawer = ({ deployId, target, onClose }: HostDrawerProps): ReactElement => {
  const { view, failure } = useLive(() => timelineSource(deployId, target.hostId))
  const output = view?.steps.findLast((step) => step.output !== undefined)?.output
  return (
    <Modal kind="drawer" label={`Host ${target.hostName}`} onClose={onClose}>
      <header className="drawer-head">
        <h2>{target.hostName}</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <p className="facts">
        <StateBadge look={installLook(target.state)} />
        <span>{target.cluster}</span>
        <span>{change(target)}</span>
        {target.confirmed && (
          <span title="A version report has shown the new release running">confirmed</span>
        )}
      </p>
      {target.error !== undefined && (
        <div className={`notice tone-${installLook(target.state).tone}`}>
          <p>{plainText(target.error)}</p>
        </div>
      )}
      {failure && <FailureBox failure={failure} />}
      <h3>Steps</h3>
      <StepList steps={view?.steps ?? []} saidAbove={target.error} />
      {output && <Output lines={output} />}
      <p className="hint">
        <CopyCommand command={`tracker logs ${deployId} --host ${target.hostName}`} />
      </p>
    </Modal>
  )
}

const change = (target: TargetView): string =>
  target.previousVersion === undefined ? `to ${targetText(target)}` : targetText(target)

interface StepListProps {
  readonly steps: readonly Step[]
  /** An error that need not be said again. */
  readonly saidAbove: string | undefined
}

const StepList = ({ steps, saidAbove }: StepListProps): ReactElement => {
  if (steps.length === 0) return <p className="hint">The host has not begun yet.</p>
  const longest = Math.max(1, ...steps.map((step) => step.tookMs ?? 0))
  return (
    <ol className="steps">
      {steps.map((step) => (
        <StepRow
          key={step.seq}
          step={step}
          longest={longest}
          error={step.error === saidAbove ? undefined : step.error}
        />
      ))}
    </ol>
  )
}

interface StepRowProps {
  readonly step: Step
  readonly longest: number
  readonly error: string | undefined
}

const StepRow = ({ step, longest, error }: StepRowProps): ReactElement => {
  const look = installLook(step.state)
  return (
    <li className={`step tone-${look.tone}`}>
      <Icon name={look.icon} />
      <span className="step-name">{look.word}</span>
      <time className="step-at" title={formatAbsolute(step.at)}>
        {formatClock(step.at)}
      </time>
      <span className="step-took">{step.tookMs === undefined ? '' : formatDuration(step.tookMs)}</span>
      <span className="step-bar" aria-hidden="true">
        <span style={{ width: `${((step.tookMs ?? 0) / longest) * 100}%` }} />
      </span>
      {error !== undefined && <p className="step-error">{plainText(error)}</p>}
    </li>
  )
}

const Output = ({ lines }: { lines: readonly string[] }): ReactElement => (
  <>
    <h3>What the service printed</h3>
    <pre className="log-lines output" tabIndex={0} aria-label="Output of the service">
      {lines.length === 0 ? 'nothing' : plainText(lines.join('\n'))}
    </pre>
  </>
)
