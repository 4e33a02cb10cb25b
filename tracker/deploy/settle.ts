import type { DeployState } from '../../shared/domain/deploy-state.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Writing } from '../db/store.ts'
import type { Target } from '../db/targets.ts'
import { nextOrder } from './next-order.ts'
import { isSuccess, stoppedBecause } from './outcome.ts'

/**
 * Hosts ask for their assignments long after a deploy, so what stays must be what is wanted: a host that was out of reach
 * of a good version is to take it when it is back; one that was only staged, or rolled back, keeps what it had.
 */
export const settleAssignments = (writing: Writing, deploy: Deploy, state: DeployState): void => {
  const targets = writing.targets.list(deploy.id)
  const isGood = state === 'partial' && stoppedBecause(deploy, targets) === undefined
  for (const target of targets) {
    if (isSuccess(target) || target.seq === null || target.phase === 'restore') continue
    if (isGood && target.state === 'unreachable' && target.digest !== null)
      takeWhenBack(writing, deploy, target)
    else if (!isInstalling(target)) keepDesired(writing, deploy, target)
  }
}

const takeWhenBack = (writing: Writing, deploy: Deploy, target: Target): void => {
  if (target.phase === 'activate' || target.digest === null) return
  const seq = nextOrder(writing, deploy, target.hostId, 'activate', target.digest)
  writing.targets.setOrder(target, seq, 'activate', writing.now)
}

/**
 * Orders what the host should run by now. The target keeps the seq of the order it had, so what the host says of this one
 * does not change the deploy's history.
 */
export const keepDesired = (writing: Writing, deploy: Deploy, target: Target): void => {
  const assignment = writing.assignments.get(target.hostId, deploy.service)
  if (!assignment || assignment.seq !== target.seq || assignment.desired === null) return
  nextOrder(writing, deploy, target.hostId, 'activate', assignment.desired)
}

/** In the middle of activating: it finishes by itself (a cancelled deploy does not interrupt it). */
const isInstalling = (target: Target): boolean =>
  target.phase === 'activate' &&
  ['stopping', 'switching', 'starting', 'checking', 'rolling-back'].includes(target.state)
