import type * as z from 'zod'
import type { createDeploy } from '../../shared/api/deploys.ts'
import { deployTransitions } from '../../shared/domain/deploy-state.ts'
import { type Rollout, type RolloutOverrides, withoutGaps } from '../../shared/domain/rollout.ts'
import { isEnd } from '../../shared/domain/transitions.ts'
import { PersonError } from '../../shared/errors.ts'
import { requireService } from '../builds/find-service.ts'
import type { HostRow } from '../db/agents.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Store } from '../db/store.ts'
import type { Target } from '../db/targets.ts'
import { requireConfig } from '../settings/find-config.ts'
import { controlDeploy } from './controls.ts'
import { requireDeploy } from './find-deploy.ts'
import { goodsOfDeploy, goodsOfDigest, goodsOfRef, type Goods } from './goods.ts'
import {
  insertDeploy,
  isRunning,
  planHosts,
  requireFree,
  type Author,
  type DeployContext,
  type DeployWrite,
  type Draft,
} from './insert.ts'
import { hadAnother, isSuccess } from './outcome.ts'
import { quarantine } from './quarantine.ts'
import { selectSomeHosts } from './select-hosts.ts'

type CreateBody = z.output<typeof createDeploy.body>

/** Makes a deploy: what is deployed and which hosts get it is settled here, once. */
export const requestDeploy = async (
  context: DeployContext,
  body: CreateBody,
  author: Author,
): Promise<DeployWrite> => {
  const { store } = context
  requireService(store, body.service)
  requireFree(store, body.service)
  const hosts = selectSomeHosts(store.read.agents.hosts(), body.selection)
  const goods =
    body.digest === undefined
      ? await goodsOfRef(context.builds, body.service, body.ref ?? 'HEAD')
      : goodsOfDigest(store, body.service, body.digest)
  return insertDeploy(context, overridden(goods, body.rollout), {
    service: body.service,
    selection: body.selection,
    hosts: planHosts(context, body.service, hosts),
    artifactOf: () => goods,
    ...chosenConfig(store, body),
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
  requireFree(store, deploy.service)
  const goods = await goodsOfDeploy(store, context.builds, deploy)
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
  requireFree(store, deploy.service)
  const goods = goodsOfDigest(store, deploy.service, first.previousDigest ?? '')
  const before = new Map(changed.map((target) => [target.hostId, target]))
  const isMixed = changed.some((target) => target.previousDigest !== first.previousDigest)
  const back = { ...goods, rollout: wayBack(goods.rollout) }
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
const chosenConfig = (store: Store, { service, config }: CreateBody): Pick<Draft, 'configOf'> => {
  if (config === undefined) return {}
  requireConfig(store.read, service, config)
  return { configOf: () => config }
}

const overridden = (goods: Goods, overrides: RolloutOverrides): Goods => ({
  ...goods,
  rollout: { ...goods.rollout, ...withoutGaps(overrides) },
})

/** What is gone back to has proven itself, and whatever one host does, the others are to have it too. */
const wayBack = (rollout: Rollout): Rollout => ({
  ...rollout,
  canary: 0,
  on_failure: 'continue',
  pause_after_canary: false,
  bake: 0,
  ready: '0%',
})

const requireEnded = (store: Store, id: number): Deploy => {
  const deploy = requireDeploy(store, id)
  if (isEnd(deployTransitions, deploy.state)) return deploy
  throw isRunning(deploy)
}

const hostsOf = (store: Store, targets: readonly Target[]): HostRow[] => {
  const wanted = new Set(targets.map((target) => target.hostId))
  return store.read.agents.hosts().filter((host) => wanted.has(host.id))
}

/** Changed by the deploy, from a version that is still known. */
const isRevertible = (target: Target): boolean =>
  hadAnother(target) &&
  (target.state === 'committed' || (target.state === 'failed' && target.phase === 'activate'))
