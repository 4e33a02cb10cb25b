import type { TargetView } from '../../../../shared/api/deploys.ts'
import { deployTransitions, type DeployState } from '../../../../shared/domain/deploy-state.ts'
import { isAtRest } from '../../../../shared/domain/install-state.ts'
import { isEnd } from '../../../../shared/domain/transitions.ts'
import type { DeployPageView } from './deploy-view.ts'
import { groupOf, hasVersion, type InstallGroup } from './install-groups.ts'

export type PhaseName = 'Build' | 'Stage' | 'Canary' | 'Rolling' | 'Done'
export type PhaseStatus = 'waiting' | 'running' | 'passed' | 'stopped' | 'not-needed'

export interface Phase {
  readonly name: PhaseName
  readonly status: PhaseStatus
  /** What it did, in a few words, when that is not plain from its name. */
  readonly note?: string
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** The steps on the rail of a deploy, in order. */
export const phasesOf = (view: DeployPageView): readonly Phase[] => {
  const reached = reachedPhase(view)
  const phases = [buildPhase(view), stagePhase(view), canaryPhase(view), rollingPhase(view)]
  return [...phases.map((phase, index) => withStatus(phase, index, reached, isOver(view))), donePhase(view)]
}

const isOver = ({ deploy }: DeployPageView): boolean => isEnd(deployTransitions, deploy.state)

type Spell = Omit<Phase, 'status'> & { readonly notNeeded?: boolean }

const withStatus = (spell: Spell, index: number, reached: number, over: boolean): Phase => {
  const { notNeeded = false, ...phase } = spell
  if (notNeeded) return { ...phase, status: 'not-needed' }
  if (index < reached) return { ...phase, status: 'passed' }
  if (index > reached) return { ...phase, status: 'waiting' }
  return { ...phase, status: over ? 'stopped' : 'running' }
}

const byState: Partial<Record<DeployState, number>> = { planned: 0, building: 0, staging: 1 }

/** Index of the phase that the deploy is in, or in which it ended; past the last one when it went through them all. */
const reachedPhase = (view: DeployPageView): number => {
  const { state } = view.deploy
  if (state === 'succeeded') return 4
  if (state === 'queued') return isBuilt(view) ? builtAndWaiting : 0
  const last = isOver(view) ? lastStateBeforeEnd(view) : (view.deploy.pausedFrom ?? state)
  return byState[last] ?? (rollingHasBegun(view) ? 3 : 2)
}

/** Between two phases: none of them runs. */
const builtAndWaiting = 0.5

const isBuilt = ({ deploy, build }: DeployPageView): boolean =>
  deploy.buildId === undefined || build?.endedAt !== undefined

const rollingHasBegun = (view: DeployPageView): boolean =>
  canaries(view).every((target) => hasVersion(target.state)) ||
  [...view.targets.values()].some(
    (target) => target.batch > 0 && afterStaging.includes(groupOf[target.state]),
  )

const afterStaging: readonly InstallGroup[] = ['switching', 'done', 'rolled-back']

const lastStateBeforeEnd = ({ stateTimes, targets }: DeployPageView): DeployState => {
  if (stateTimes.rolling !== undefined) return 'rolling'
  if (stateTimes.staging !== undefined) return 'staging'
  // Times are not known of a very large deploy: then the hosts tell.
  const touched = [...targets.values()].some((target) => target.state !== 'assigned')
  return touched ? 'rolling' : 'building'
}

const buildPhase = ({ deploy, build, stateTimes }: DeployPageView): Spell => {
  if (deploy.buildId === undefined) return { name: 'Build', note: 'built before', notNeeded: true }
  return {
    name: 'Build',
    from: stateTimes.building ?? build?.createdAt,
    to: build?.endedAt ?? stateTimes.staging ?? deploy.endedAt,
  }
}

const stagePhase = ({ deploy, stateTimes }: DeployPageView): Spell => ({
  name: 'Stage',
  from: stateTimes.staging,
  to: stateTimes.rolling ?? deploy.endedAt,
})

const canaryPhase = (view: DeployPageView): Spell => {
  const count = canaries(view).length
  if (count === 0) return { name: 'Canary', note: 'none', notNeeded: true }
  return {
    name: 'Canary',
    note: count === 1 ? '1 host' : `${count} hosts`,
    from: view.stateTimes.rolling,
    to: canaryEndedAt(view) ?? view.deploy.endedAt,
  }
}

const rollingPhase = (view: DeployPageView): Spell => {
  const rest = view.targets.size - canaries(view).length
  if (rest === 0) return { name: 'Rolling', note: 'no more hosts', notNeeded: true }
  return {
    name: 'Rolling',
    note: rest === 1 ? '1 host' : `${rest} hosts`,
    from: canaries(view).length === 0 ? view.stateTimes.rolling : canaryEndedAt(view),
    to: view.deploy.endedAt,
  }
}

const donePhase = (view: DeployPageView): Phase => ({
  name: 'Done',
  status: !isOver(view) ? 'waiting' : view.deploy.state === 'succeeded' ? 'passed' : 'stopped',
  from: view.deploy.endedAt,
})

const canaries = ({ targets }: DeployPageView): readonly TargetView[] =>
  [...targets.values()].filter((target) => target.batch === 0)

/** When the last canary came to an end; undefined while one has not. */
const canaryEndedAt = (view: DeployPageView): number | undefined => {
  const first = canaries(view)
  const through = first.every(({ state }) => isAtRest(state))
  return through
    ? Math.max(view.stateTimes.rolling ?? 0, ...first.map((target) => target.updatedAt))
    : undefined
}
