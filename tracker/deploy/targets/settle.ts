import type { DeployState } from '../../../shared/domain/deploy-state.ts'
import type { Deploy } from '../../db/deploys.ts'
import type { Writing } from '../../db/store.ts'
import { wantedOf, previousOf, type Target } from '../../db/targets.ts'
import { markTarget } from './mark-target.ts'
import { nextOrder } from './next-order.ts'
import { isFailure, isSuccess, stoppedBecause } from '../rollout/outcome.ts'

/**
 * Hosts ask for their assignments long after a deploy, so what stays must be what is wanted: a host that was out of reach
 * of a good version is late, and takes it when it is back; one that was only staged, or rolled back, keeps what it had. An
 * order to activate that has not failed stands: the host may be in the middle of it, or come back to it.
 */
export const settleAssignments = (writing: Writing, deploy: Deploy, state: DeployState): void => {
  const targets = writing.targets.list(deploy.id)
  const isGood = state === 'partial' && stoppedBecause(deploy, targets) === undefined
  for (const target of targets) {
    if (isGood && target.state === 'unreachable') expectWhenBack(writing, deploy, target)
    else if (isToKeep(target)) keepDesired(writing, deploy, target)
  }
}

const isToKeep = (target: Target): boolean =>
  (target.phase === 'stage' && !isSuccess(target)) || (target.phase === 'activate' && isFailure(target))

const expectWhenBack = (writing: Writing, deploy: Deploy, target: Target): void => {
  if (target.phase === 'stage') orderWhenBack(writing, deploy, target)
  markTarget(writing, deploy, target, 'late', target.error)
}

const orderWhenBack = (writing: Writing, deploy: Deploy, target: Target): void => {
  const wanted = wantedOf(target)
  if (wanted === null) return
  const seq = nextOrder(writing, deploy, target.hostId, 'activate', wanted)
  writing.targets.setOrder(target, seq, 'activate', writing.now)
}

/**
 * Orders what the host should run by now. The target keeps the seq of the order it had, so what the host says of this one
 * does not change the deploy's history.
 */
export const keepDesired = (writing: Writing, deploy: Deploy, target: Target): void => {
  const assignment = writing.assignments.get(target.hostId, deploy.service)
  if (!assignment || assignment.seq !== target.seq || assignment.desired === null) return
  const { desired: digest, desiredConfig: config } = assignment
  nextOrder(writing, deploy, target.hostId, 'activate', { digest, config })
}

/** A host that failed to activate has the release of before too, or tried to: that is what it should run. False if a newer order says what. */
export const wantPrevious = (writing: Writing, service: string, target: Target): boolean => {
  const { hostId, seq, digest, config } = target
  const assignment = writing.assignments.get(hostId, service)
  if (seq === null || assignment?.desiredSeq !== seq || assignment.desired !== digest) return false
  if (assignment.desiredConfig !== config) return false
  writing.assignments.setDesired(hostId, service, seq, previousOf(target))
  return true
}
