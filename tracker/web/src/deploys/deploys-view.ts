import type { DeployView } from '../../../../shared/api/deploys.ts'
import { deployTransitions } from '../../../../shared/domain/deploy-state.ts'
import type { Event } from '../../../../shared/domain/event.ts'
import { isEnd } from '../../../../shared/domain/transitions.ts'
import { call } from '../api/client.ts'
import { listDeploys } from '../api/routes.ts'
import type { LiveSource, LiveView } from '../api/live.ts'

export const pageSize = 50

/** The list of deploys, newest first. */
export interface DeploysView extends LiveView {
  readonly seq: undefined
  readonly deploys: readonly DeployView[]
}

export const settleDeploys = (deploys: readonly DeployView[]): DeploysView => ({
  seq: undefined,
  stale: false,
  deploys,
})

/** States at once; what only sums up in the tracker (counts, new deploys) makes the view stale. */
export const applyDeploysEvents = (view: DeploysView, events: readonly Event[]): DeploysView =>
  events.reduce(applyEvent, view)

const applyEvent = (view: DeploysView, event: Event): DeploysView => {
  if (event.deployId === undefined) return view
  if (event.kind !== 'deploy.state') return view.stale ? view : { ...view, stale: true }
  const { state } = event.data
  const ended = isEnd(deployTransitions, state) ? { endedAt: event.at } : {}
  return {
    ...view,
    stale: true,
    deploys: view.deploys.map((deploy) =>
      deploy.id === event.deployId ? { ...deploy, state, ...ended } : deploy,
    ),
  }
}

export const deploysSource = (
  service: string | undefined,
): LiveSource<readonly DeployView[], DeploysView> => ({
  filter: {},
  reloadEveryMs: 500,
  load: (signal) => loadDeploys(service, undefined, signal),
  settle: settleDeploys,
  apply: applyDeploysEvents,
})

/** One page of the list: the newest, or those before an id. */
export const loadDeploys = async (
  service: string | undefined,
  before: number | undefined,
  signal?: AbortSignal,
): Promise<readonly DeployView[]> => {
  const { deploys } = await call(listDeploys, { query: { service, before, limit: pageSize } }, signal)
  return deploys
}
