import type { DeployDetail, DeployView, TargetView } from '../../shared/api/deploys.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Store } from '../db/store.ts'
import type { Target } from '../db/targets.ts'
import { obstacleTo } from './queue/begin.ts'
import { restrictionsOn } from '../restrictions/restrictions.ts'
import { gateNow } from './rollout/gates.ts'

/** A deploy as the API shows it in a list. */
export const deployViewOf = (store: Store, deploy: Deploy): DeployView => {
  const counts = store.read.deploys.counts(deploy.id)
  return {
    id: deploy.id,
    service: deploy.service,
    version: deploy.version,
    ...(deploy.commit === null ? {} : { commit: deploy.commit }),
    ...(deploy.digest === null ? {} : { digest: deploy.digest }),
    ...(deploy.config === null ? {} : { config: deploy.config }),
    ...(deploy.buildId === null ? {} : { buildId: deploy.buildId }),
    state: deploy.state,
    ...(deploy.pausedFrom === null ? {} : { pausedFrom: deploy.pausedFrom }),
    ...(deploy.error === null ? {} : { error: deploy.error }),
    ...(deploy.reason === null ? {} : { reason: deploy.reason }),
    createdBy: deploy.createdBy,
    createdAt: deploy.createdAt,
    ...(deploy.beganAt === null ? {} : { beganAt: deploy.beganAt }),
    ...(deploy.endedAt === null ? {} : { endedAt: deploy.endedAt }),
    ...(deploy.retryOf === null ? {} : { retryOf: deploy.retryOf }),
    ...(deploy.rollbackOf === null ? {} : { rollbackOf: deploy.rollbackOf }),
    ...(deploy.notBefore === null ? {} : { notBefore: deploy.notBefore }),
    rollout: deploy.rollout,
    selection: deploy.selection,
    counts,
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
  }
}

/** One deploy with all its hosts. */
export const deployDetailOf = (store: Store, deploy: Deploy, now: number): DeployDetail => {
  const targets = store.read.targets.list(deploy.id)
  return {
    ...deployViewOf(store, deploy),
    targets: targets.map(targetViewOf),
    warnings: deploy.warnings,
    ...quarantineOf(store, deploy),
    ...waitOf(store, deploy, now),
    restrictions: restrictionsOn(store.read, {
      service: deploy.service,
      clusters: targets.map(({ cluster }) => cluster),
      now,
    }),
    ...bakeOf(deploy, targets, now),
    seq: store.read.events.latest(),
  }
}

const quarantineOf = (store: Store, { service, digest }: Deploy): Pick<DeployDetail, 'quarantined'> => {
  const found = digest === null ? undefined : store.read.quarantine.get(service, digest)
  return found ? { quarantined: found.reason } : {}
}

const waitOf = (store: Store, deploy: Deploy, now: number): Pick<DeployDetail, 'waitsFor'> => {
  const obstacle = deploy.state === 'queued' ? obstacleTo(store.read, deploy, now) : undefined
  return obstacle ? { waitsFor: obstacle.text } : {}
}

const bakeOf = (
  deploy: Deploy,
  targets: readonly Target[],
  now: number,
): Pick<DeployDetail, 'bakesUntil'> => {
  const gate = deploy.state === 'rolling' ? gateNow({ deploy, targets, now }) : undefined
  return gate?.kind === 'bake' ? { bakesUntil: gate.until } : {}
}

const targetViewOf = (target: Target): TargetView => ({
  hostId: target.hostId,
  hostName: target.hostName,
  cluster: target.cluster,
  state: target.state,
  version: target.version,
  ...(target.config === null ? {} : { config: target.config }),
  ...(target.previousVersion === null ? {} : { previousVersion: target.previousVersion }),
  ...(target.previousConfig === null ? {} : { previousConfig: target.previousConfig }),
  batch: target.batch,
  confirmed: target.confirmed,
  ...(target.error === null ? {} : { error: target.error }),
  ...(target.failedAt === null ? {} : { failedAt: target.failedAt }),
  ...(target.said.length === 0 ? {} : { said: [...target.said] }),
  updatedAt: target.updatedAt,
})
