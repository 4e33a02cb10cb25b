import { deployTransitions, type DeployState } from '../../shared/domain/deploy-state.ts'
import type { NewEvent } from '../../shared/domain/event.ts'
import { assertTransition, isEnd } from '../../shared/domain/transitions.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Writing } from '../db/store.ts'
import { previousOf, wantedOf, type Target, type TargetPhase } from '../db/targets.ts'
import { markTarget } from './targets/mark-target.ts'
import { nextOrder } from './targets/next-order.ts'
import { judgeVersion } from './quarantine.ts'
import { settleAssignments, wantPrevious } from './targets/settle.ts'

/** Gives a host its next order; it is sent once this is committed. */
export const assign = (writing: Writing, deploy: Deploy, target: Target, phase: TargetPhase): void => {
  const edition = phase === 'restore' ? previousOf(target) : wantedOf(target)
  if (edition === null) throw new Error(`deploy ${deploy.id} has no artifact for ${target.hostName}`)
  supersede(writing, deploy, target)
  const seq = nextOrder(writing, deploy, target.hostId, phase === 'restore' ? 'activate' : phase, edition)
  writing.targets.setOrder(target, seq, phase, writing.now)
}

/** A host that was late for an earlier deploy will never take what that one wanted. */
const supersede = (writing: Writing, { id, service }: Deploy, { hostId }: Target): void => {
  const last = writing.assignments.get(hostId, service)?.deployId
  const before = last === undefined || last === id ? undefined : writing.deploys.get(last)
  const target = before && writing.targets.get(before.id, hostId)
  if (!before || target?.state !== 'late') return
  markTarget(writing, before, target, 'unreachable', `deploy ${id} came before it was back`)
}

/** Stops waiting for a host. */
export const giveUp = (
  writing: Writing,
  deploy: Deploy,
  target: Target,
  state: 'unreachable' | 'failed',
  error: string,
): void => {
  markTarget(writing, deploy, target, state, error)
  if (state === 'failed' && target.phase === 'activate') wantPrevious(writing, deploy.service, target)
}

/**
 * Brings a deploy to its next state, because of `by` unless it goes on by itself. One that ends leaves every host with an
 * assignment that is meant to stay, and tells where that has left them.
 */
export const moveDeploy = (
  writing: Writing,
  deploy: Deploy,
  state: DeployState,
  error: string | null,
  by?: string,
): void => {
  assertTransition(deployTransitions, deploy.state, state)
  const ends = isEnd(deployTransitions, state)
  writing.deploys.move(deploy.id, {
    state,
    error,
    endedAt: ends ? writing.now : null,
    pausedFrom: state === 'paused' ? deploy.state : null,
    now: writing.now,
  })
  if (ends) {
    writing.holds.release(deploy.id)
    settleAssignments(writing, deploy, state)
    judgeVersion(writing, deploy, state, error)
  }
  tellState(writing, deploy, state, error, {
    ...(by === undefined ? {} : { by }),
    ...(ends || state === 'paused' ? { counts: writing.deploys.counts(deploy.id) } : {}),
  })
}

/** Tells what somebody did about a deploy that stays where it is. */
export const noteDeploy = (writing: Writing, deploy: Deploy, why: string): void =>
  tellState(writing, deploy, deploy.state, why)

type DeployNews = Extract<NewEvent, { kind: 'deploy.state' }>

/** Tells where a deploy is, and why. */
export const tellState = (
  writing: Writing,
  deploy: Deploy,
  state: DeployState,
  why: string | null,
  more: Pick<DeployNews['data'], 'by' | 'counts'> = {},
): void =>
  void writing.emit({
    kind: 'deploy.state',
    service: deploy.service,
    deployId: deploy.id,
    data: { state, ...(why === null ? {} : { reason: why }), ...more },
  })
