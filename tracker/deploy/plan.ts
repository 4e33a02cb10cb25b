import type { HostCount, RolloutConfig } from '../../shared/domain/service-config.ts'
import type { HostRow } from '../db/agents.ts'
import type { NewTarget } from '../db/targets.ts'

/** What a host runs of the service when the deploy is made, and whether it is to be heard at all. */
export interface PlannedHost {
  readonly host: HostRow
  readonly previousDigest: string | null
  readonly previousVersion: string | null
  readonly silent: boolean
}

export type PlannedTarget = Omit<NewTarget, 'deployId'>

/** The frozen list of targets: in the order of their names, canaries first, then batch by batch. */
export const planTargets = (
  hosts: readonly PlannedHost[],
  rollout: RolloutConfig,
  artifact: (host: PlannedHost) => { digest: string | null; version: string },
  now: number,
): PlannedTarget[] => {
  // A host that is silent as canary would tell nothing.
  const ordered = [...hosts].sort(
    (a, b) => Number(a.silent) - Number(b.silent) || compareNames(a.host.name, b.host.name),
  )
  const size = batchSize(rollout.batch, hosts.length)
  return ordered.map((planned, index) => ({
    hostId: planned.host.id,
    hostName: planned.host.name,
    cluster: planned.host.cluster,
    batch: batchOf(index, rollout.canary, size),
    previousDigest: planned.previousDigest,
    previousVersion: planned.previousVersion,
    updatedAt: now,
    ...artifact(planned),
  }))
}

/** What a person should know before the first host is touched. */
export const planWarnings = (hosts: readonly PlannedHost[], silentAfterMs: number): string[] => {
  const silent = hosts.filter((planned) => planned.silent).map((planned) => planned.host.name)
  if (silent.length === 0) return []
  const names =
    silent.length > 5 ? `${silent.slice(0, 5).join(', ')} and ${silent.length - 5} more` : silent.join(', ')
  return [
    `${names}: no report for over ${Math.round(silentAfterMs / 1000)} s; tried last, and brought up to date when back.`,
  ]
}

/** `25%` of the hosts, rounded up, at least one; or the number itself. */
export const batchSize = (batch: HostCount, hosts: number): number =>
  typeof batch === 'number' ? batch : Math.max(1, Math.ceil((hosts * Number(batch.slice(0, -1))) / 100))

const batchOf = (index: number, canary: number, size: number): number =>
  index < canary ? 0 : 1 + Math.floor((index - canary) / size)

/** So that web-10 comes after web-9. */
const compareNames = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })
