import type { HostSelection } from '../../shared/api/hosts.ts'
import { PersonError } from '../../shared/errors.ts'
import type { BuildDesk } from '../builds/build-desk.ts'
import type { HostRow } from '../db/agents.ts'
import type { Deploy, NewDeploy } from '../db/deploys.ts'
import type { Store, Writing } from '../db/store.ts'
import type { Presence } from '../fleet/presence.ts'
import { withArtifact, type Goods } from './goods.ts'
import { planTargets, planWarnings, type PlannedTarget } from './plan.ts'
import { requireTrusted } from './quarantine.ts'
import type { PlannedHost } from './planned-host.ts'

export interface DeployContext {
  readonly store: Store
  readonly builds: BuildDesk
  readonly presence: Presence
}

/** Who asks for a deploy, and why. */
export interface Author {
  readonly createdBy: string
  readonly reason: string | undefined
  /** Also a version that is in quarantine. */
  readonly force: boolean
}

export interface Draft extends Author {
  readonly service: string
  readonly selection: HostSelection
  readonly hosts: readonly PlannedHost[]
  readonly artifactOf: (host: PlannedHost) => { digest: string | null; version: string }
  /** The config version that each host is to run with; by default all have the newest. */
  readonly configOf?: (host: PlannedHost) => number | null
  readonly retryOf?: number
  readonly rollbackOf?: number
}

/** What is to be written for a deploy, in one transaction with whoever asked for it; returns the deploy's id. */
export type DeployWrite = (writing: Writing) => number

/** Writes the deploy and its frozen targets down; refuses if another deploy of the service runs. */
export const insertDeploy =
  ({ store, presence }: DeployContext, asked: Goods, draft: Draft): DeployWrite =>
  (writing) => {
    requireFree(store, draft.service)
    const goods = withArtifact(writing, draft.service, asked)
    const newest = writing.configs.newest(draft.service)
    const configOf = draft.configOf ?? (() => newest)
    const targets = planTargets(
      draft.hosts,
      goods.rollout,
      (host) => {
        const { digest, version } = draft.artifactOf(host)
        return { digest: digest ?? goods.digest, config: configOf(host), version }
      },
      writing.now,
    )
    if (!draft.force) requireTrusted(writing, draft.service, new Set(targets.map(({ digest }) => digest)))
    const id = writing.deploys.insert({
      service: draft.service,
      version: goods.version,
      commit: goods.commit,
      digest: goods.digest,
      config: commonConfig(targets),
      buildId: goods.buildId,
      reason: draft.reason ?? null,
      createdBy: draft.createdBy,
      createdAt: writing.now,
      retryOf: draft.retryOf ?? null,
      rollbackOf: draft.rollbackOf ?? null,
      rollout: goods.rollout,
      selection: draft.selection,
      warnings: planWarnings(draft.hosts, presence.silentAfterMs),
    } satisfies NewDeploy)
    insertTargets(writing, id, targets)
    writing.emit({ kind: 'deploy.state', service: draft.service, deployId: id, data: { state: 'planned' } })
    return id
  }

const commonConfig = (targets: readonly PlannedTarget[]): number | null => {
  const [config = null, ...others] = new Set(targets.map((target) => target.config))
  return others.length === 0 ? config : null
}

const insertTargets = (writing: Writing, deployId: number, targets: readonly PlannedTarget[]): void => {
  for (const target of targets) writing.targets.insert({ deployId, ...target })
}

/** What each host runs of the service now. */
export const planHosts = (
  { store, presence }: DeployContext,
  service: string,
  hosts: readonly HostRow[],
): PlannedHost[] => {
  const versions = store.read.artifacts.versionsByDigest()
  return hosts.map((host) => {
    const report = store.read.reports.get(host.id)?.services.find((entry) => entry.service === service)
    const previousDigest = report?.running ?? report?.current ?? null
    const config = report?.config ?? null
    const isOwnConfig = config === null || store.read.configs.get(service, config) !== undefined
    const known = previousDigest === null || !isOwnConfig ? undefined : versions.get(previousDigest)
    return {
      host,
      previousDigest: known === undefined ? null : previousDigest,
      previousConfig: known === undefined ? null : config,
      previousVersion: known ?? null,
      silent: presence.isSilent(host.id),
    }
  })
}

/** One deploy of a service at a time: the second is told who is at it. */
export const requireFree = (store: Store, service: string): void => {
  const deploy = store.read.deploys.runningOf(service)
  if (deploy) throw isRunning(deploy)
}

export const isRunning = (deploy: Deploy): PersonError =>
  new PersonError(
    'locked',
    `${deploy.service} is being deployed by ${deploy.createdBy} (deploy ${deploy.id}, ${deploy.state}).`,
    {
      hint: `Watch it with \`tracker watch ${deploy.id}\`, or end it with \`tracker cancel ${deploy.id}\`.`,
    },
  )
