import type { Target } from '../../db/targets.ts'
import type { Decision, Situation } from './situation.ts'
import { isFailure, isSuccess } from './outcome.ts'

/** A host that answers at all does so within a second; this leaves room for a restart of nats-server. */
export const answerWithinMs = 20_000
/** For a host that was silent before: it most likely still is, and a deploy should not wait for it. */
export const silentAnswerWithinMs = 3000
const remindEveryMs = 5000
/** Between `committed` and the version report that shows it: the report is sent at once, but its host may be cut off. */
export const confirmWithinMs = 60_000
/** The longest that one step of an install may take; a host's own limits end it long before. */
export const stepWithinMs = 30 * 60_000

/** Nothing more comes from it in this phase. */
export const isResting = (target: Target, now: number): boolean =>
  target.state === 'staged' || isSettled(target, now)

/** Nothing more comes from it in this deploy: it failed, is out of reach, or a report has shown what it is to run running. */
export const isSettled = (target: Target, now: number): boolean => {
  if (target.state === 'unreachable' || target.state === 'failed') return true
  if (isSuccess(target) || (target.state === 'rolled-back' && target.phase === 'restore'))
    return target.confirmed || now - target.updatedAt > confirmWithinMs
  return target.state === 'rolled-back'
}

/** What time alone decides: hosts that do not answer are reminded, then given up. */
export const watch = (situation: Situation): Decision[] => {
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

/** What comes from the host moves `updatedAt`: of an order to restore it has said nothing before that. */
const hasNotAnswered = (target: Target): boolean =>
  target.phase === 'restore'
    ? target.updatedAt === target.orderedAt
    : target.state === 'assigned' || (target.state === 'staged' && target.phase === 'activate')

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
