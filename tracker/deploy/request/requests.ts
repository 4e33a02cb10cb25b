import type { DeployRequest } from '../../../shared/api/deploys.ts'
import { deployTransitions } from '../../../shared/domain/deploy-state.ts'
import { isEnd } from '../../../shared/domain/transitions.ts'
import { PersonError } from '../../../shared/errors.ts'
import type { HostRow } from '../../db/agents.ts'
import type { Deploy } from '../../db/deploys.ts'
import type { Store } from '../../db/store.ts'
import type { Target } from '../../db/targets.ts'
import { requireConfig } from '../../settings/find-config.ts'
import { requireSoon } from '../queue/begin.ts'
import { choose } from './choose.ts'
import { controlDeploy } from './controls.ts'
import { requireDeploy } from '../find-deploy.ts'
import { goodsOfDeploy, goodsOfDigest, withoutTrial } from './goods.ts'
import {
  insertDeploy,
  planHosts,
  type Author,
  type DeployContext,
  type DeployWrite,
  type Draft,
} from './insert.ts'
import { hadAnother, isSuccess } from '../rollout/outcome.ts'
import { quarantine } from '../quarantine.ts'

/** Makes a deploy: what is deployed and which hosts get it is settled here, once. */
export const requestDeploy = async (
  context: DeployContext,
  body: DeployRequest,
  author: Author,
): Promise<DeployWrite> => {
  requireSoon(body.at, context.now())
  const { hosts, goods } = await choose(context, body)
  return insertDeploy(context, goods, {
    service: body.service,
    selection: body.selection,
    hosts: planHosts(context, body.service, hosts),
    artifactOf: () => goods,
    notBefore: body.at,
    ...chosenConfig(context.store, body),
    ...author,
  })
}

/** The same goods again, for those of the frozen hosts that do not have them. */
export const requestRetry = async (
  context: DeployContext,
  id: number,
  author: Author,
): Promise<DeployWrite> => {
  const { store } = context
  const deploy = requireEnded(store, id)
  const unfinished = store.read.targets.list(id).filter((target) => !isSuccess(target) || !target.confirmed)
  if (unfinished.length === 0) {
    throw new PersonError('conflict', `Deploy ${id} has reached all its hosts; there is nothing to retry.`)
  }
  const goods = await goodsOfDeploy(store, context.sources, deploy)
  const digests = new Map(unfinished.map((target) => [target.hostId, target]))
  return insertDeploy(context, goods, {
    service: deploy.service,
    selection: deploy.selection,
    hosts: planHosts(context, deploy.service, hostsOf(store, unfinished)),
    artifactOf: ({ host }) => {
      const before = digests.get(host.id)
      return { digest: before?.digest ?? goods.digest, version: before?.version ?? goods.version }
    },
    configOf: ({ host }) => digests.get(host.id)?.config ?? null,
    retryOf: id,
    ...author,
  })
}

/**
 * Each host that a deploy changed gets back what it ran before; that may differ from host to host. A deploy that still runs
 * sees to it itself.
 */
export const requestRollback = (context: DeployContext, id: number, author: Author): DeployWrite => {
  const { store } = context
  const deploy = requireDeploy(store, id)
  if (!isEnd(deployTransitions, deploy.state)) return controlDeploy(store, id, 'rollback', author)
  const changed = store.read.targets.list(id).filter(isRevertible)
  const first = changed[0]
  if (!first) {
    throw new PersonError(
      'conflict',
      `Deploy ${id} changed no host that ran something else before; there is nothing to go back to.`,
      {
        hint: `Deploy the version you want: \`tracker deploy ${deploy.service}@VERSION\`.`,
      },
    )
  }
  const goods = goodsOfDigest(store, deploy.service, first.previousDigest ?? '')
  const before = new Map(changed.map((target) => [target.hostId, target]))
  const isMixed = changed.some((target) => target.previousDigest !== first.previousDigest)
  const back = withoutTrial(goods)
  const insert = insertDeploy(context, isMixed ? { ...back, digest: null, commit: null } : back, {
    service: deploy.service,
    selection: deploy.selection,
    hosts: planHosts(context, deploy.service, hostsOf(store, changed)),
    artifactOf: ({ host }) => {
      const target = before.get(host.id)
      return {
        digest: target?.previousDigest ?? goods.digest,
        version: target?.previousVersion ?? goods.version,
      }
    },
    configOf: ({ host }) => before.get(host.id)?.previousConfig ?? null,
    rollbackOf: id,
    ...author,
  })
  return (writing) => {
    const undoing = insert(writing)
    quarantine(
      writing,
      deploy,
      `it was rolled back by ${author.createdBy}${author.reason === undefined ? '' : `: ${author.reason}`}`,
    )
    return undoing
  }
}

/** Throws `not-found` unless there is such a config. */
const chosenConfig = (
  store: Store,
  { service, config }: Pick<DeployRequest, 'service' | 'config'>,
): Pick<Draft, 'configOf'> => {
  if (config === undefined) return {}
  requireConfig(store.read, service, config)
  return { configOf: () => config }
}

const requireEnded = (store: Store, id: number): Deploy => {
  const deploy = requireDeploy(store, id)
  if (isEnd(deployTransitions, deploy.state)) return deploy
  throw new PersonError('conflict', `Deploy ${id} has not ended: it is ${deploy.state}.`, {
    hint: `Watch it with \`tracker watch ${id}\`, or end it with \`tracker cancel ${id}\`.`,
  })
}

const hostsOf = (store: Store, targets: readonly Target[]): HostRow[] => {
  const wanted = new Set(targets.map((target) => target.hostId))
  return store.read.agents.hosts().filter((host) => wanted.has(host.id))
}

/** Changed by the deploy, or to be changed when it is back; from a version that is still known. */
const isRevertible = (target: Target): boolean =>
  hadAnother(target) &&
  (target.state === 'committed' ||
    target.state === 'late' ||
    (target.phase === 'activate' && (target.state === 'failed' || target.state === 'unreachable')))
