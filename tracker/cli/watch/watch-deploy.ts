import type { DeployDetail } from '../../../shared/api/deploys.ts'
import { stopSignal } from '../../../shared/stop-signal.ts'
import type { Session } from '../session.ts'
import { DeployWatch } from './deploy-watch.ts'
import { exitCodeOfOutcome, type Outcome } from './outcome.ts'
import { presenterFor } from './presenter-for.ts'
import { startProgress } from './progress.ts'

export interface WatchOptions {
  /** Show what happened after this seq; 0 for the whole history. */
  readonly since: number
  readonly timeoutMs: number
  /** The end that was asked for, which is then no failure. */
  readonly wanted?: Outcome
}

/** Shows a deploy until it ends, the time is up or the person leaves; then sets the exit code that says which. */
export const watchDeploy = async (
  session: Session,
  deploy: DeployDetail,
  { since, timeoutMs, wanted }: WatchOptions,
): Promise<void> => {
  const left = stopSignal()
  const leave = new AbortController()
  const timer = setTimeout(() => leave.abort(), timeoutMs)
  left.addEventListener('abort', () => leave.abort())
  const progress = startProgress(deploy)
  const presenter = presenterFor(progress, session.output, session.json)
  let outcome: Outcome = 'detached'
  try {
    const end = await new DeployWatch(session, progress, presenter, since).run(leave.signal)
    outcome = end ?? (left.aborted ? 'detached' : 'still-running')
  } finally {
    clearTimeout(timer)
    presenter.finish(outcome)
  }
  process.exitCode = outcome === wanted ? 0 : exitCodeOfOutcome[outcome]
}
