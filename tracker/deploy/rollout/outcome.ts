import type { DeployState } from '../../../shared/domain/deploy-state.ts'
import type { FailureLimit } from '../../../shared/domain/rollout.ts'
import type { BuildRow } from '../../db/builds.ts'
import type { Deploy } from '../../db/deploys.ts'
import { isSameEdition } from '../../db/edition.ts'
import { previousOf, wantedOf, type Target } from '../../db/targets.ts'
import { shareOf } from './share.ts'

export const isSuccess = (target: Target): boolean =>
  target.state === 'committed' || target.state === 'skipped'

export const isFailure = (target: Target): boolean =>
  target.state === 'failed' || target.state === 'rolled-back'

export const failuresOf = (targets: readonly Target[]): Target[] => targets.filter(isFailure)

/** Why there will be nothing to deploy, if so. */
export const buildFailure = (build: BuildRow | undefined): string | undefined =>
  build?.state === 'failed' || build?.state === 'cancelled'
    ? `The build ${build.state === 'failed' ? 'failed' : 'was cancelled'}: ${build.error ?? 'no reason given'}`
    : undefined

/** `10%` of the hosts, rounded down; or the number itself. */
export const failureLimit = (limit: FailureLimit, hosts: number): number =>
  typeof limit === 'number' ? limit : Math.floor(shareOf(limit, hosts))

/** Why the rollout may not go on, if so. A host out of reach says nothing about the version. */
export const stoppedBecause = (deploy: Deploy, targets: readonly Target[]): string | undefined => {
  const { max_failures: limit, on_failure: onFailure } = deploy.rollout
  const failures = failuresOf(targets)
  const allowed = Math.max(failureLimit(limit, targets.length), deploy.acceptedFailures)
  if (onFailure === 'continue' || failures.length <= allowed) return undefined
  const first = failures[0]
  const reason = first ? `${first.hostName}: ${first.error ?? first.state}` : ''
  return failures.length === 1
    ? reason
    : `${failures.length} hosts failed (at most ${allowed} may), first ${reason}`
}

/** Switched by this deploy, from a release that it can be given back. */
export const isRestorable = (target: Target): boolean =>
  target.phase === 'activate' &&
  (target.state === 'committed' || target.state === 'unreachable') &&
  hadAnother(target)

/** The host ran something else before: another release, or the same with other settings. */
export const hadAnother = (target: Target): boolean => {
  const [previous, wanted] = [previousOf(target), wantedOf(target)]
  return previous !== null && (wanted === null || !isSameEdition(previous, wanted))
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
  if (good.length === targets.length && deploy.state !== 'rolling-back')
    return { state: 'succeeded', error: null }
  const stopped =
    (deploy.state === 'rolling-back' ? deploy.error : undefined) ?? stoppedBecause(deploy, targets)
  if (isUndone(targets)) return { state: 'rolled-back', error: stopped ?? firstReason(targets) }
  if (good.length === 0) return { state: 'failed', error: stopped ?? firstReason(targets) }
  return { state: 'partial', error: stopped ?? `${firstReason(targets)}${lateness(targets)}` }
}

/** Every host that was switched is back on what it had, by itself or because it was told to. */
const isUndone = (targets: readonly Target[]): boolean => {
  const tried = failuresOf(targets).filter((target) => target.phase !== 'stage')
  const isBack = (target: Target): boolean =>
    target.state === 'rolled-back' && (target.phase !== 'restore' || target.confirmed)
  return tried.length > 0 && tried.every(isBack) && !targets.some(mayHaveIt)
}

const mayHaveIt = ({ state, phase }: Target): boolean =>
  state === 'committed' || (state === 'unreachable' && phase !== 'stage')

/** What is out of reach of a good version is not lost to it. */
const lateness = (targets: readonly Target[]): string => {
  const late = targets.filter((target) => target.state === 'unreachable').length
  return late === 0 ? '' : `; ${late === 1 ? 'it takes' : 'they take'} it when back`
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
