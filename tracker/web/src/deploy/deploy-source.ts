import type { BuildView } from '../../../../shared/api/builds.ts'
import { buildTransitions } from '../../../../shared/domain/deploy-state.ts'
import type { Event } from '../../../../shared/domain/event.ts'
import { isEnd } from '../../../../shared/domain/transitions.ts'
import { call } from '../api/client.ts'
import { getBuild } from '../api/build-routes.ts'
import { getDeploy, listEvents } from '../api/routes.ts'
import type { LiveSource } from '../api/live.ts'
import { applyDeployEvents, settleDeploy, type DeployAnswer, type DeployPageView } from './deploy-view.ts'

/** For times of the phases only, so it is not worth more: 5,000 events are the stage phase of a thousand hosts. */
const historyPages = 5
const historyPage = 1000

export const deploySource = (id: number): LiveSource<DeployAnswer, DeployPageView> => {
  let build: BuildView | undefined
  let history: readonly Event[] | undefined
  const loadBuild = async (buildId: number, signal: AbortSignal): Promise<BuildView> =>
    build && isEnd(buildTransitions, build.state)
      ? build
      : call(getBuild, { params: { id: buildId } }, signal)
  return {
    filter: { deploy: id },
    reloadEveryMs: 150,
    async load(signal) {
      const detail = await call(getDeploy, { params: { id } }, signal)
      if (detail.buildId !== undefined) build = await loadBuild(detail.buildId, signal)
      history ??= await loadHistory(id, signal)
      return { detail, build, history }
    },
    settle: settleDeploy,
    apply: applyDeployEvents,
  }
}

const loadHistory = async (deploy: number, signal: AbortSignal): Promise<Event[]> => {
  const history: Event[] = []
  for (let page = 0; page < historyPages; page++) {
    const since = history.at(-1)?.seq ?? 0
    const { events } = await call(listEvents, { query: { deploy, since, limit: historyPage } }, signal)
    history.push(...events)
    if (events.length < historyPage) break
  }
  return history.filter((event) => event.kind === 'deploy.state')
}
