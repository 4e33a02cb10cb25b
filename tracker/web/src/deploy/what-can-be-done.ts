import {
  deployControls,
  deployTransitions,
  type DeployControl,
} from '../../../../shared/domain/deploy-state.ts'
import type { InstallState } from '../../../../shared/domain/install-state.ts'
import { isEnd } from '../../../../shared/domain/transitions.ts'
import { deployLooks } from '../deploys/deploy-looks.ts'
import type { TargetView } from '../../../../shared/api/deploys.ts'
import { hasVersion } from './install-groups.ts'
import type { DeployPageView } from './deploy-view.ts'

export type ActionName = 'retry' | DeployControl

export interface Possibility {
  /** Why not, in one sentence; undefined when it can be done. */
  readonly whyNot: string | undefined
  /** The hosts that it would touch, as far as the page can know. */
  readonly hosts: readonly TargetView[]
}

export const whatCanBeDone = (view: DeployPageView): Readonly<Record<ActionName, Possibility>> => ({
  pause: control(view, 'pause'),
  resume: control(view, 'resume'),
  promote: control(view, 'promote'),
  retry: retry(view),
  rollback: rollback(view),
  cancel: control(view, 'cancel'),
})

/** Asked of a deploy that has ended or in which there is nothing to do, the tracker would refuse it. */
const control = ({ deploy }: DeployPageView, name: DeployControl): Possibility => ({
  hosts: [],
  whyNot: deployControls[name].acts.includes(deploy.state)
    ? undefined
    : `The deploy is ${deployLooks[deploy.state].word}.`,
})

const isOver = ({ deploy }: DeployPageView): boolean => isEnd(deployTransitions, deploy.state)

const retry = (view: DeployPageView): Possibility => {
  const hosts = [...view.targets.values()].filter((target) => !hasVersion(target.state) || !target.confirmed)
  return { hosts, whyNot: retryWhyNot(view, hosts.length) }
}

const retryWhyNot = (view: DeployPageView, unfinished: number): string | undefined => {
  if (!isOver(view)) return 'The deploy is still running.'
  if (unfinished === 0) return 'Every host has the version.'
  return undefined
}

const mayHaveChanged: ReadonlySet<InstallState> = new Set(['committed', 'failed', 'late'])

const rollback = (view: DeployPageView): Possibility => {
  const hosts = [...view.targets.values()].filter(
    (target) => mayHaveChanged.has(target.state) && target.previousVersion !== undefined,
  )
  return { hosts, whyNot: rollbackWhyNot(view, hosts.length) }
}

const rollbackWhyNot = (view: DeployPageView, changed: number): string | undefined => {
  if (!isOver(view)) return control(view, 'rollback').whyNot
  if (changed === 0) return 'It changed no host that ran another version before.'
  return undefined
}
