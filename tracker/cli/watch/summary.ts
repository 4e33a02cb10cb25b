import type { DeployDetail } from '../../../shared/api/deploys.ts'
import { editionText } from '../../../shared/domain/edition-text.ts'
import type { FailureGroup } from '../../../shared/domain/failures/failure-group.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { count } from '../../../shared/wording.ts'
import type { Paint, Tone } from '../output/palette.ts'
import { spanOf } from '../output/times.ts'
import { failureLines } from './failure-lines.ts'
import { outputLines } from './host-line.ts'
import type { Outcome } from './outcome.ts'
import { failuresIn, hostsInOrder, type Progress } from './progress.ts'

const shownOutput = 20

/** `Deploy 12  web v2`. */
export const titleOf = (deploy: DeployDetail): string =>
  `Deploy ${deploy.id}  ${deploy.service} ${editionText(deploy.version, deploy.config)}${kindOf(deploy)}`

const kindOf = ({ rollbackOf, retryOf }: DeployDetail): string =>
  rollbackOf ? `  (rollback of ${rollbackOf})` : retryOf ? `  (retry of ${retryOf})` : ''

export const toneOfState = (state: string): Tone =>
  state === 'succeeded'
    ? 'good'
    : ['failed', 'partial', 'rolled-back', 'cancelled'].includes(state)
      ? 'bad'
      : 'busy'

/** `4 committed, 1 rolled-back, 1 staged`, in the order of the hosts' standing. */
export const tallyOf = (progress: Progress): string => {
  const tally = new Map<string, number>()
  for (const { state } of progress.hosts.values()) tally.set(state, (tally.get(state) ?? 0) + 1)
  return [...tally].map(([state, number]) => `${number} ${state}`).join(', ')
}

/** What is left on the screen when watching ends: what failed and why, the counts, and what to do next. */
export const summaryLines = (
  progress: Progress,
  outcome: Outcome,
  now: number,
  paint: Paint,
  colour: boolean,
): string[] => {
  const groups = failuresIn(progress)
  return [
    ...failureLines(groups, progress.deploy.id, paint),
    ...wholeOutput(progress, groups, colour),
    ...verdictLines(progress, groups, outcome, now, paint),
  ]
}

/** Of one cause there is room for all that a host of it said; of several, `tracker logs` has it. */
const wholeOutput = ({ hosts }: Progress, groups: readonly FailureGroup[], colour: boolean): string[] => {
  const [only, ...others] = groups
  const host = only && others.length === 0 ? hosts.get(only.hosts[0]?.hostId ?? '') : undefined
  if (!host || host.output.length === 0) return []
  const isAll = host.output.length === 1 && host.output[0]?.trim() === only?.line
  return isAll ? [] : [`    ${host.hostName} said last:`, ...outputLines(host, shownOutput, colour)]
}

const verdictLines = (
  progress: Progress,
  groups: readonly FailureGroup[],
  outcome: Outcome,
  now: number,
  paint: Paint,
): string[] => {
  const { deploy } = progress
  const span = spanOf((deploy.endedAt ?? now) - (deploy.beganAt ?? deploy.createdAt))
  if (outcome === 'detached' || outcome === 'still-running') {
    return [
      outcome === 'detached'
        ? `Detached; deploy ${deploy.id} goes on.`
        : `Deploy ${deploy.id} is still running (${deploy.state}) at the timeout; it goes on.`,
      `  watch it:  tracker watch ${deploy.id}`,
      `  cancel it: tracker cancel ${deploy.id}`,
    ]
  }
  return [
    `${paint(toneOfState(outcome), `${titleOf(deploy)}  ${outcome}`)} in ${span}`,
    ...(progress.hosts.size > 0 ? [`  ${count(progress.hosts.size, 'host')}: ${tallyOf(progress)}`] : []),
    ...(deploy.error ? [`  ${safeText(deploy.error)}`] : []),
    ...nextSteps(progress, groups, outcome),
  ]
}

const nextSteps = (progress: Progress, groups: readonly FailureGroup[], outcome: Outcome): string[] => {
  const { id, service } = progress.deploy
  const hosts = hostsInOrder(progress)
  const failed = groups[0]?.hosts[0]
  const changed = hosts.some(({ state }) => state === 'committed')
  if (outcome === 'succeeded') return changed ? [`  undo:  tracker rollback ${id}`] : []
  return [
    ...(failed ? [`  logs:  tracker logs ${id} --host ${failed.hostName}`] : [`  logs:  tracker logs ${id}`]),
    hosts.length > 0 ? `  retry: tracker retry ${id}` : `  retry: tracker deploy ${service}`,
    ...(changed ? [`  undo:  tracker rollback ${id}`] : []),
  ]
}
