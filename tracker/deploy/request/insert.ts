import type { HostSelection } from '../../../shared/api/hosts.ts'
import type { ServiceReport } from '../../../shared/messages/version-report.ts'
import type { Sources } from '../../builds/sources.ts'
import type { HostRow } from '../../db/agents.ts'
import type { Deploy, NewDeploy } from '../../db/deploys.ts'
import type { Store, Writing } from '../../db/store.ts'
import type { Presence } from '../../fleet/presence.ts'
import { begin, beginOrQueue } from '../queue/begin.ts'
import { withArtifact, type Goods } from './goods.ts'
import { requireKept } from './kept.ts'
import { planTargets, planWarnings, type PlannedTarget } from '../targets/plan.ts'
import { requireTrusted } from '../quarantine.ts'
import type { PlannedHost } from '../targets/planned-host.ts'

export interface DeployContext {
  readonly store: Store
  readonly sources: Sources
  readonly presence: Presence
  readonly now: () => number
}

/** Who asks for a deploy, and why. */
export interface Author {
  readonly createdBy: string
  readonly reason: string | undefined
  /** Also a version that is in quarantine. */
  readonly force: boolean
  /** Waits for what is in the way, instead of being refused. */
  readonly queue: boolean
  /** Also in a freeze. */
  readonly ignoreFreeze: boolean
}

export interface Draft extends Author {
  readonly service: string
  readonly selection: HostSelection
  readonly hosts: readonly PlannedHost[]
  readonly artifactOf: (host: PlannedHost) => { digest: string | null; version: string }
  /** What a person was told before it was made; else what is noticed now. */
  readonly warnings?: readonly string[]
  /** The config version that each host is to run with; by default all have the newest. */
  readonly configOf?: (host: PlannedHost) => number | null
  readonly retryOf?: number
  readonly rollbackOf?: number
  /** When it is to begin: at once, unless it is said. */
  readonly notBefore?: number | undefined
}

/** What is to be written for a deploy, in one transaction with whoever asked for it; returns the deploy's id. */
export type DeployWrite = (writing: Writing) => number

/** Writes the deploy and its frozen targets down; refuses what may neither begin nor wait. */
export const insertDeploy =
  ({ presence }: Pick<DeployContext, 'presence'>, asked: Goods, draft: Draft): DeployWrite =>
  (writing) => {
    const goods = withArtifact(writing, draft.service, asked, draft.createdBy)
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
    const digests = new Set(targets.map(({ digest }) => digest))
    requireKept(writing, digests)
    if (!draft.force) requireTrusted(writing, draft.service, digests)
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
      notBefore: draft.notBefore ?? null,
      queue: draft.queue,
      ignoreFreeze: draft.ignoreFreeze,
      rollout: goods.rollout,
      selection: draft.selection,
      warnings: [...(draft.warnings ?? planWarnings(draft.hosts, presence.silentAfterMs))],
    } satisfies NewDeploy)
    insertTargets(writing, id, targets)
    beginOrQueue(writing, id, goods.reused ?? null)
    return id
  }

const commonConfig = (targets: readonly PlannedTarget[]): number | null => {
  const [config = null, ...others] = new Set(targets.map((target) => target.config))
  return others.length === 0 ? config : null
}

/** Begins a deploy that has waited: its hosts are the same, but meanwhile they may run something else, or be silent. */
export const beginQueued = (
  context: Pick<DeployContext, 'store' | 'presence'>,
  writing: Writing,
  deploy: Deploy,
): void => {
  const before = new Map(writing.targets.list(deploy.id).map((target) => [target.hostId, target]))
  const rows = writing.agents.hosts().filter(({ id }) => before.has(id))
  const hosts = planHosts(context, deploy.service, rows)
  const targets = planTargets(
    hosts,
    deploy.rollout,
    ({ host }) => {
      const { digest = null, config = null, version = deploy.version } = before.get(host.id) ?? {}
      return { digest, config, version }
    },
    writing.now,
  )
  writing.targets.removeAll(deploy.id)
  insertTargets(writing, deploy.id, targets)
  begin(writing, deploy, planWarnings(hosts, context.presence.silentAfterMs))
}

const insertTargets = (writing: Writing, deployId: number, targets: readonly PlannedTarget[]): void => {
  for (const target of targets) writing.targets.insert({ deployId, ...target })
}

/** What each host runs of the service now: as it reported last, unless something newer is known. */
export const planHosts = (
  context: Pick<DeployContext, 'store' | 'presence'>,
  service: string,
  hosts: readonly HostRow[],
  seen: (hostId: string) => Sighting = (hostId) => lastReported(context, service, hostId),
): PlannedHost[] => {
  const versions = context.store.read.artifacts.versionsByDigest()
  return hosts.map((host) => {
    const { digest = null, config = null, silent } = seen(host.id)
    const isOwnConfig = config === null || context.store.read.configs.get(service, config) !== undefined
    const known = digest === null || !isOwnConfig ? undefined : versions.get(digest)
    return {
      host,
      previousDigest: known === undefined ? null : digest,
      previousConfig: known === undefined ? null : config,
      previousVersion: known ?? null,
      silent,
    }
  })
}

/** What is known of a service on a host. */
export interface Sighting {
  /** What runs, or is current while nothing runs. */
  readonly digest?: string | undefined
  readonly version?: string | undefined
  readonly config?: number | undefined
  readonly silent: boolean
}

export const lastReported = (
  { store, presence }: Pick<DeployContext, 'store' | 'presence'>,
  service: string,
  hostId: string,
): Sighting => {
  const report = store.read.reports.get(hostId)?.services.find((entry) => entry.service === service)
  return sightingOf(report ?? {}, presence.isSilent(hostId))
}

/** A host tells the version of what is current: of something else that still runs it is not known. */
export const sightingOf = (
  { running, current, version, config }: Pick<ServiceReport, 'running' | 'current' | 'version' | 'config'>,
  silent: boolean,
): Sighting =>
  running === undefined || running === current
    ? { digest: current, version, config, silent }
    : { digest: running, config, silent }
