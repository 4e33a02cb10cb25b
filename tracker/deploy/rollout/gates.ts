import type { Situation } from './situation.ts'
import type { Target } from '../../db/targets.ts'
import { isSuccess } from './outcome.ts'
import { isSettled } from './waiting.ts'

/** Why the next batch does not begin yet: a person is to look at the canaries, or the last batch is still watched. */
export type Gate =
  { readonly kind: 'canary'; readonly why: string } | { readonly kind: 'bake'; readonly until: number }

/** What stands before a batch, if anything does. Hosts that come late to a batch that has begun pass freely. */
export const gateBefore = (
  batch: number,
  { deploy, targets, now }: Pick<Situation, 'deploy' | 'targets' | 'now'>,
): Gate | undefined => {
  const last = lastBegun(targets)
  if (last === undefined || batch <= last || last <= deploy.clearedThrough) return undefined
  const { pause_after_canary: isToPause, bake } = deploy.rollout
  const hosts = targets.filter((target) => target.batch === last)
  if (last === 0 && isToPause) return { kind: 'canary', why: canaryText(deploy.id, hosts) }
  const until = Math.max(...hosts.map((target) => target.updatedAt)) + bake
  return now < until ? { kind: 'bake', until } : undefined
}

/** The batch that was begun last, whose hosts are all switched by the time that the next one is asked for. */
const lastBegun = (targets: readonly Target[]): number | undefined => {
  const begun = targets.filter((target) => target.phase === 'activate' || isSuccess(target))
  return begun.length === 0 ? undefined : Math.max(...begun.map((target) => target.batch))
}

/** The batch that was begun last, once nothing more comes from it: what may stand behind it is its gate. */
export const finishedBatch = (targets: readonly Target[], now: number): number | undefined => {
  const last = lastBegun(targets)
  if (last === undefined) return undefined
  return targets.some((target) => target.batch <= last && !isSettled(target, now)) ? undefined : last
}

/** What the rollout waits at now, between one batch and the next. */
export const gateNow = (situation: Pick<Situation, 'deploy' | 'targets' | 'now'>): Gate | undefined => {
  const finished = finishedBatch(situation.targets, situation.now)
  return finished === undefined ? undefined : gateBefore(finished + 1, situation)
}

const canaryText = (id: number, canaries: readonly Target[]): string =>
  `${canaries.length === 1 ? `The canary ${canaries[0]?.hostName ?? ''} runs` : `${canaries.length} canaries run`} it: ` +
  `\`tracker promote ${id}\` goes on, \`tracker rollback ${id}\` goes back.`
