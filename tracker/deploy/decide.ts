import type { DeployState } from '../../shared/domain/deploy-state.ts'

import type { Phase } from '../../shared/messages/order.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Target } from '../db/targets.ts'
import { isFailure, isSuccess, outcomeOf, stoppedBecause } from './outcome.ts'

/** What the engine does next for a deploy. */
export type Decision =
  | { readonly kind: 'order'; readonly phase: Phase; readonly targets: readonly Target[] }
  | { readonly kind: 'remind'; readonly clusters: readonly string[] }
  | {
      readonly kind: 'give-up'
      readonly target: Target
      readonly state: 'unreachable' | 'failed'
      readonly error: string
    }
  | { readonly kind: 'move'; readonly state: DeployState; readonly error: string | null }

export interface Situation {
  readonly deploy: Deploy
  readonly targets: readonly Target[]
  /** The build the deploy waits for, if it does. */
  readonly build: BuildRow | undefined
  readonly isSilent: (hostId: string) => boolean
  readonly now: number
}

/** A host that answers at all does so within a second; this leaves room for a restart of nats-server. */
export const answerWithinMs = 20_000
/** For a host that was silent before: it most likely still is, and a deploy should not wait for it. */
export const silentAnswerWithinMs = 3000
const remindEveryMs = 5000
/** Between `committed` and the version report that shows it: the report is sent at once, but its host may be cut off. */
export const confirmWithinMs = 60_000
/** The longest that one step of an install may take; a host's own limits end it long before. */
export const stepWithinMs = 30 * 60_000

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
  if (build?.state === 'failed')
    return [move('failed', `The build failed: ${build.error ?? 'no reason given'}`)]
  return []
}

/** All hosts at once fetch, verify and unpack, while the old version runs on untouched. */
const decideStaging = (situation: Situation): Decision[] => {
  const { deploy, targets } = situation
  const unordered = targets.filter((target) => target.seq === null)
  if (unordered.length > 0) return [{ kind: 'order', phase: 'stage', targets: unordered }]
  if (!targets.every((target) => isResting(target, situation.now))) return watch(situation)
  const ready = targets.filter((target) => target.state === 'staged' || isSuccess(target))
  const stopped = stoppedBecause(deploy, targets)
  if (ready.length === 0 || stopped !== undefined) return [end(situation)]
  return [move('rolling')]
}

/** Batch by batch: a batch begins when each host of those before it is settled and not too many have failed. */
const decideRolling = (situation: Situation): Decision[] => {
  const { deploy, targets, now } = situation
  const stopped = stoppedBecause(deploy, targets) !== undefined
  const open = targets.filter((target) => !isSettled(target, now))
  const busy = open.filter((target) => target.phase === 'activate' || isSuccess(target))
  if (stopped) return busy.length > 0 ? watch(situation) : [end(situation)]
  if (open.length === 0) return [end(situation)]
  const batch = Math.min(...open.map((target) => target.batch))
  const next = open.filter(
    (target) => target.batch === batch && target.phase === 'stage' && target.state === 'staged',
  )
  return next.length > 0 ? [{ kind: 'order', phase: 'activate', targets: next }] : watch(situation)
}

const end = ({ deploy, targets }: Situation): Decision => {
  const { state, error } = outcomeOf(deploy, targets)
  return move(state, error)
}

/** Nothing more comes from it in this phase. */
const isResting = (target: Target, now: number): boolean =>
  target.state === 'staged' || isSettled(target, now)

/** Nothing more comes from it in this deploy: it failed, is out of reach, or a report has shown the release running. */
const isSettled = (target: Target, now: number): boolean =>
  isFailure(target) ||
  target.state === 'unreachable' ||
  (isSuccess(target) && (target.confirmed || now - target.updatedAt > confirmWithinMs))

/** What time alone decides: hosts that do not answer are reminded, then given up. */
const watch = (situation: Situation): Decision[] => {
  const waiting = situation.targets.filter((target) => target.seq !== null && isWaiting(target))
  const givenUp = waiting.flatMap((target) => giveUp(situation, target))
  const clusters = new Set(
    waiting.filter((target) => isDue(target, situation.now)).map((target) => target.cluster),
  )
  return clusters.size > 0 ? [...givenUp, { kind: 'remind', clusters: [...clusters] }] : givenUp
}

const isWaiting = (target: Target): boolean =>
  !isFailure(target) &&
  !isSuccess(target) &&
  target.state !== 'unreachable' &&
  !(target.state === 'staged' && target.phase === 'stage')

const hasNotAnswered = (target: Target): boolean =>
  target.state === 'assigned' || (target.state === 'staged' && target.phase === 'activate')

const isDue = (target: Target, now: number): boolean => {
  const waited = now - (target.orderedAt ?? now)
  return hasNotAnswered(target) && waited >= remindEveryMs && waited % remindEveryMs < 1000
}

const giveUp = ({ isSilent, now }: Situation, target: Target): Decision[] => {
  const silent = isSilent(target.hostId)
  const limit = silent ? silentAnswerWithinMs : answerWithinMs
  if (hasNotAnswered(target) && now - (target.orderedAt ?? now) > limit) {
    return [{ kind: 'give-up', target, state: 'unreachable', error: `no answer within ${limit / 1000} s` }]
  }
  if (!hasNotAnswered(target) && silent) {
    return [{ kind: 'give-up', target, state: 'unreachable', error: `silent since it was ${target.state}` }]
  }
  if (now - target.updatedAt > stepWithinMs) {
    const error = `${target.state} for over ${stepWithinMs / 60_000} minutes`
    return [{ kind: 'give-up', target, state: 'failed', error }]
  }
  return []
}
