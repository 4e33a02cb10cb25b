import type { DeployState } from '../../shared/domain/deploy-state.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Target } from '../db/targets.ts'

export const isSuccess = (target: Target): boolean =>
  target.state === 'committed' || target.state === 'skipped'

export const isFailure = (target: Target): boolean =>
  target.state === 'failed' || target.state === 'rolled-back'

export const failuresOf = (targets: readonly Target[]): Target[] => targets.filter(isFailure)

/** Why no further host may be touched, if so. A host out of reach says nothing about the version. */
export const stoppedBecause = (deploy: Deploy, targets: readonly Target[]): string | undefined => {
  const failures = failuresOf(targets)
  const allowed = deploy.rollout.max_failures
  if (failures.length <= allowed) return undefined
  const first = failures[0]
  const reason = first ? `${first.hostName}: ${first.error ?? first.state}` : ''
  return failures.length === 1
    ? reason
    : `${failures.length} hosts failed (at most ${allowed} may), first ${reason}`
}

/** How a deploy in which nothing more happens has ended. */
export const outcomeOf = (
  deploy: Deploy,
  targets: readonly Target[],
): {
  state: Extract<DeployState, 'succeeded' | 'partial' | 'rolled-back' | 'failed'>
  error: string | null
} => {
  const good = targets.filter((target) => isSuccess(target) && target.confirmed)
  if (good.length === targets.length) return { state: 'succeeded', error: null }
  const error = stoppedBecause(deploy, targets) ?? firstReason(targets)
  if (good.length > 0) return { state: 'partial', error }
  const tried = failuresOf(targets).filter((target) => target.phase === 'activate')
  const restored = tried.length > 0 && tried.every((target) => target.state === 'rolled-back')
  const unclear = targets.some((target) => isSuccess(target) && !target.confirmed)
  return { state: restored && !unclear ? 'rolled-back' : 'failed', error }
}

const firstReason = (targets: readonly Target[]): string => {
  const failed = failuresOf(targets)[0]
  if (failed) return `${failed.hostName}: ${failed.error ?? failed.state}`
  const unconfirmed = targets.find((target) => isSuccess(target) && !target.confirmed)
  if (unconfirmed)
    return `${unconfirmed.hostName}: says ${unconfirmed.state}, but no version report has shown it running`
  const lost = targets.filter((target) => target.state === 'unreachable')
  return `${lost.length} of ${targets.length} hosts could not be reached, such as ${lost[0]?.hostName ?? ''}`
}
