import { deployTransitions } from '../../../../shared/domain/deploy-state.ts'
import { isEnd } from '../../../../shared/domain/transitions.ts'
import type { TargetView } from '../../../../shared/api/deploys.ts'
import { hasVersion } from './install-groups.ts'
import type { DeployPageView } from './deploy-view.ts'

export type ActionName = 'retry' | 'rollback' | 'cancel'

export interface Possibility {
  /** Why not, in one sentence; undefined when it can be done. */
  readonly whyNot: string | undefined
  /** The hosts that it would touch, as far as the page can know. */
  readonly hosts: readonly TargetView[]
}

export const whatCanBeDone = (view: DeployPageView): Readonly<Record<ActionName, Possibility>> => ({
  retry: retry(view),
  rollback: rollback(view),
  cancel: cancel(view),
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

const rollback = (view: DeployPageView): Possibility => {
  const hosts = [...view.targets.values()].filter(
    (target) =>
      (target.state === 'committed' || target.state === 'failed') && target.previousVersion !== undefined,
  )
  return { hosts, whyNot: rollbackWhyNot(view, hosts.length) }
}

const rollbackWhyNot = (view: DeployPageView, changed: number): string | undefined => {
  if (!isOver(view)) return 'The deploy is still running: cancel it first.'
  if (changed === 0) return 'It changed no host that ran another version before.'
  return undefined
}

const cancel = (view: DeployPageView): Possibility => ({
  hosts: [],
  whyNot: isOver(view) ? 'The deploy has ended.' : undefined,
})
