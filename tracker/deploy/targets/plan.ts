import type { Rollout } from '../../../shared/domain/rollout.ts'
import { some } from '../../../shared/wording.ts'
import type { NewTarget } from '../../db/targets.ts'
import { batchesOf } from './batches.ts'
import { inOrder } from './host-order.ts'
import type { PlannedHost } from './planned-host.ts'

export type PlannedTarget = Omit<NewTarget, 'deployId'>

/** The frozen list of targets: canaries first, then batch by batch. */
export const planTargets = (
  hosts: readonly PlannedHost[],
  rollout: Rollout,
  artifact: (host: PlannedHost) => Pick<PlannedTarget, 'digest' | 'config' | 'version'>,
  now: number,
): PlannedTarget[] => {
  const batches = batchesOf(rollout, hosts.length)
  return inOrder(hosts, rollout.order).map((planned, index) => ({
    hostId: planned.host.id,
    hostName: planned.host.name,
    cluster: planned.host.cluster,
    batch: batches[index] ?? 0,
    previousDigest: planned.previousDigest,
    previousConfig: planned.previousConfig,
    previousVersion: planned.previousVersion,
    updatedAt: now,
    ...artifact(planned),
  }))
}

/** What a person should know before the first host is touched. */
export const planWarnings = (hosts: readonly PlannedHost[], silentAfterMs: number): string[] => {
  const silent = hosts.filter((planned) => planned.silent).map((planned) => planned.host.name)
  if (silent.length === 0) return []
  return [
    `${some(silent)}: no report for over ${Math.round(silentAfterMs / 1000)} s; tried last, and brought up to date when back.`,
  ]
}
