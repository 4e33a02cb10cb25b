import { createHash } from 'node:crypto'
import type { Target } from '../../db/targets.ts'
import type { Situation } from './situation.ts'
import { isSuccess } from './outcome.ts'
import { shareOf } from './share.ts'
import { isResting } from './waiting.ts'

/** The hosts that are to begin fetching now, and whether none is left for later. */
export const stageNext = ({
  deploy,
  targets,
  now,
}: Situation): { readonly targets: readonly Target[]; readonly isAll: boolean } => {
  const { stage_at_once: limit, stage_jitter: jitter } = deploy.rollout
  const waiting = targets.filter((target) => target.seq === null)
  const busy = targets.filter((target) => target.seq !== null && !isResting(target, now)).length
  const due = waiting.filter((target) => now >= deploy.stateSince + headStart(target, jitter))
  const next = due.slice(0, Math.max(0, limit - busy))
  return { targets: next, isAll: next.length === waiting.length }
}

/** Each host has its own moment within the jitter, the same one whenever it is asked for. */
const headStart = ({ deployId, hostId }: Target, jitter: number): number =>
  jitter === 0
    ? 0
    : (createHash('sha256').update(`${deployId}/${hostId}`).digest().readUInt32BE() / 2 ** 32) * jitter

/** Why the first host is not to be switched: too few have the release for the rollout to begin. */
export const notReadyBecause = ({ deploy, targets }: Situation): string | undefined => {
  const ready = targets.filter(hasIt)
  const needed = shareOf(deploy.rollout.ready, targets.length)
  if (ready.length > 0 && ready.length >= needed) return undefined
  const missing = targets.find((target) => !hasIt(target))
  const first = missing ? `; ${missing.hostName}: ${missing.error ?? missing.state}` : ''
  return `${ready.length} of ${targets.length} hosts have it staged, ${Math.max(1, Math.ceil(needed))} must before the first is switched${first}`
}

const hasIt = (target: Target): boolean => target.state === 'staged' || isSuccess(target)
