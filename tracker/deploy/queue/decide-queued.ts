import type { Deploy } from '../../db/deploys.ts'
import { isDue } from './begin.ts'
import { buildFailure } from '../rollout/outcome.ts'
import type { Decision, Situation } from '../rollout/situation.ts'

/** What was to begin at a time and could not is not to begin when nobody expects it any more. */
const beginWithinMs = 15 * 60_000

/** Of a deploy that has not begun: its hosts, which may be thousands, do not matter yet. */
interface Waiting extends Pick<Situation, 'deploy' | 'build' | 'now'> {
  /** What keeps it from beginning, in one sentence. */
  readonly inTheWay: () => string | undefined
  /** Why it is not to begin any more, in one sentence. */
  readonly distrust: () => string | undefined
}

export const decideQueued = ({ deploy, build, distrust, inTheWay, now }: Waiting): Decision[] => {
  const broken = buildFailure(build)
  if (broken !== undefined) return [fail(broken)]
  if (!isDue(deploy, now)) return []
  const obstacle = inTheWay()
  const lateBy = deploy.queue || deploy.notBefore === null ? 0 : now - deploy.notBefore
  if (lateBy > beginWithinMs) return [fail(tooLate(deploy, obstacle))]
  if (obstacle !== undefined) return []
  const bad = distrust()
  return [bad === undefined ? { kind: 'begin' } : fail(bad)]
}

const fail = (error: string): Decision => ({ kind: 'move', state: 'failed', error })

const tooLate = ({ notBefore }: Deploy, obstacle: string | undefined): string =>
  `It was to begin at ${new Date(notBefore ?? 0).toISOString()} and could not within ${beginWithinMs / 60_000} minutes: ` +
  (obstacle ?? 'the tracker did not run.')
