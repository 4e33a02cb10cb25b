import type { DeployState } from '../../../shared/domain/deploy-state.ts'
import type { Target, TargetPhase } from '../../db/targets.ts'
import { gateBefore } from './gates.ts'
import { buildFailure, isSuccess, isRestorable, outcomeOf, stoppedBecause } from './outcome.ts'
import type { Decision, Situation } from './situation.ts'
import { notReadyBecause, stageNext } from './staging.ts'
import { isResting, isSettled, watch } from './waiting.ts'

/** The whole rollout, as a function of what is known now. It is asked again whenever something changed, and each second. */
export const decide = (situation: Situation): Decision[] => {
  switch (situation.deploy.state) {
    case 'planned':
      return [move(situation.deploy.digest === null && situation.build ? 'building' : 'staging')]
    case 'building':
      return decideBuilding(situation)
    case 'staging':
      return decideStaging(situation)
    case 'rolling':
      return decideRolling(situation)
    case 'rolling-back':
      return decideRollingBack(situation)
    case 'paused':
      return watch(situation)
    // What has not begun is decided without its hosts, in decide-queued.ts.
    case 'queued':
    case 'succeeded':
    case 'partial':
    case 'rolled-back':
    case 'failed':
    case 'cancelled':
      return []
  }
}

const move = (state: DeployState, error: string | null = null): Decision => ({ kind: 'move', state, error })

const decideBuilding = ({ build }: Situation): Decision[] => {
  if (build?.state === 'built') return [move('staging')]
  const broken = buildFailure(build)
  return broken === undefined ? [] : [move('failed', broken)]
}

/** All hosts fetch, verify and unpack, while the old version runs on untouched. */
const decideStaging = (situation: Situation): Decision[] => {
  const { deploy, targets, now } = situation
  const stopped = stoppedBecause(deploy, targets)
  const next = stopped === undefined ? stageNext(situation) : { targets: [], isAll: true }
  if (next.targets.length > 0) return [order('stage', next.targets), ...watch(situation)]
  if (!next.isAll || targets.some((target) => target.seq !== null && !isResting(target, now)))
    return watch(situation)
  if (stopped !== undefined) return [stop(situation, stopped)]
  const unready = notReadyBecause(situation)
  if (unready !== undefined) return [end(situation, unready)]
  return [move('rolling'), ...decideRolling(situation)]
}

/** Batch by batch: a batch begins when each host of those before it is settled and not too many have failed. */
const decideRolling = (situation: Situation): Decision[] => {
  const { deploy, targets, now } = situation
  const open = targets.filter((target) => !isSettled(target, now))
  const stopped = stoppedBecause(deploy, targets)
  if (stopped !== undefined) return open.some(isBusy) ? watch(situation) : [stop(situation, stopped)]
  if (open.length === 0) return [end(situation)]
  const batch = Math.min(...open.map((target) => target.batch))
  const next = open.filter((target) => target.batch === batch && isStaged(target))
  if (next.length === 0) return watch(situation)
  const gate = gateBefore(batch, situation)
  if (gate?.kind === 'canary') return [move('paused', gate.why)]
  return gate ? watch(situation) : [order('activate', next)]
}

/** What was switched goes back, batch by batch too: so that at no time all hosts are at it. */
const decideRollingBack = (situation: Situation): Decision[] => {
  const { targets, now } = situation
  if (targets.some((target) => isSwitching(target, now))) return watch(situation)
  const changed = targets.filter(isRestorable)
  if (changed.length === 0) return [end(situation)]
  const batch = Math.min(...changed.map((target) => target.batch))
  return [
    order(
      'restore',
      changed.filter((target) => target.batch === batch),
    ),
  ]
}

const order = (phase: TargetPhase, targets: readonly Target[]): Decision => ({
  kind: 'order',
  phase,
  targets,
})

/** In the middle of being switched, or switched and not confirmed yet. */
const isBusy = (target: Target): boolean => target.phase === 'activate' || isSuccess(target)

/** What has been switched to the release need not be confirmed to be given back what it had. */
const isSwitching = (target: Target, now: number): boolean =>
  (target.phase === 'restore' || (target.phase === 'activate' && !isSuccess(target))) &&
  !isSettled(target, now)

const isStaged = (target: Target): boolean => target.phase === 'stage' && target.state === 'staged'

/** Too many have failed. */
const stop = (situation: Situation, why: string): Decision => {
  const { deploy, targets } = situation
  if (deploy.rollout.on_failure === 'pause') return move('paused', pausedText(deploy.id, why))
  return targets.some(isRestorable) ? move('rolling-back', why) : end(situation)
}

const pausedText = (id: number, why: string): string =>
  `${why.replace(/\.$/, '')}: \`tracker resume ${id}\` accepts that and goes on, \`tracker rollback ${id}\` goes back.`

const end = ({ deploy, targets }: Situation, why?: string): Decision => {
  const { state, error } = outcomeOf(deploy, targets)
  return move(state, why ?? error)
}
