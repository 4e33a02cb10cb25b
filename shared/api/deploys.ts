import * as z from 'zod'
import { DeployState } from '../domain/deploy-state.ts'
import { Timestamp } from '../domain/event.ts'
import { InstallState } from '../domain/install-state.ts'
import { AgentId, ClusterName, Commit, Digest, HostName, Ref, ServiceName, Version } from '../domain/names.ts'
import { RolloutConfig } from '../domain/service-config.ts'
import { IdParams, Limit, Moment } from './common.ts'
import { HostSelection } from './hosts.ts'
import { defineRoute } from './route.ts'

const Reason = z.string().max(500)

export const DeployView = z.strictObject({
  id: z.int().positive(),
  service: ServiceName,
  version: Version,
  commit: Commit.optional(),
  digest: Digest.optional(),
  buildId: z.int().optional(),
  state: DeployState,
  /** Why it ended the way it did, in one sentence. */
  error: z.string().optional(),
  reason: z.string().optional(),
  createdBy: z.string(),
  createdAt: Timestamp,
  endedAt: Timestamp.optional(),
  retryOf: z.int().optional(),
  rollbackOf: z.int().optional(),
  rollout: RolloutConfig,
  selection: HostSelection,
  /** How many hosts are in each state. */
  counts: z.partialRecord(InstallState, z.int()),
  total: z.int(),
})
export type DeployView = z.infer<typeof DeployView>

export const TargetView = z.strictObject({
  hostId: AgentId,
  hostName: HostName,
  cluster: ClusterName,
  state: InstallState,
  /** The version this host is to have; in a rollback it may differ from host to host. */
  version: Version,
  /** What it ran when the deploy was made. */
  previousVersion: Version.optional(),
  /** 0 for the canaries, then 1, 2, … */
  batch: z.int(),
  /** Whether a version report has shown the new release running. */
  confirmed: z.boolean(),
  error: z.string().optional(),
  updatedAt: Timestamp,
})
export type TargetView = z.infer<typeof TargetView>

export const DeployDetail = DeployView.extend({
  targets: z.array(TargetView),
  /** What the plan noticed: hosts that are silent, a version that is older than what runs. */
  warnings: z.array(z.string()),
  /** Of the event that this view includes last: follow the feed from here. */
  seq: z.int().nonnegative(),
})
export type DeployDetail = z.infer<typeof DeployDetail>

export const createDeploy = defineRoute({
  method: 'POST',
  action: 'deploy.create',
  path: '/api/v1/deploys',
  summary: 'Deploy a service at a ref (or an artifact by digest) to the hosts that match now',
  access: 'token',
  body: z.strictObject({
    service: ServiceName,
    ref: Ref.optional(),
    /** 12 hex digits or more of an artifact's digest, instead of a ref; needs no packer. */
    digest: z
      .string()
      .regex(/^[0-9a-f]{12,64}$/)
      .optional(),
    selection: HostSelection.prefault({}),
    reason: Reason.optional(),
  }),
  response: DeployDetail,
  successStatus: 202,
})

export const listDeploys = defineRoute({
  method: 'GET',
  path: '/api/v1/deploys',
  summary: 'Deploys, newest first',
  access: 'token',
  query: z.strictObject({
    service: ServiceName.optional(),
    state: DeployState.optional(),
    createdBy: z.string().min(1).max(300).optional(),
    /** Only deploys to this host, or to hosts of this cluster. */
    host: HostName.optional(),
    cluster: ClusterName.optional(),
    since: Moment.optional(),
    until: Moment.optional(),
    /** Only deploys older than this id: the next page. */
    before: z.coerce.number().int().positive().optional(),
    limit: Limit.default(50),
  }),
  response: z.strictObject({ deploys: z.array(DeployView) }),
})

export const getDeploy = defineRoute({
  method: 'GET',
  path: '/api/v1/deploys/:id',
  summary: 'One deploy with all its hosts',
  access: 'token',
  params: IdParams,
  response: DeployDetail,
})

export const retryDeploy = defineRoute({
  method: 'POST',
  action: 'deploy.retry',
  path: '/api/v1/deploys/:id/retry',
  summary:
    'Deploy the same artifact again to those of the frozen hosts that do not have it: failed, rolled back, unreachable, never started',
  access: 'token',
  params: IdParams,
  body: z.strictObject({ reason: Reason.optional() }),
  response: DeployDetail,
  successStatus: 202,
})

export const rollbackDeploy = defineRoute({
  method: 'POST',
  action: 'deploy.rollback',
  path: '/api/v1/deploys/:id/rollback',
  summary: 'Bring every host that a deploy changed back to what it ran before',
  access: 'token',
  params: IdParams,
  body: z.strictObject({ reason: Reason.optional() }),
  response: DeployDetail,
  successStatus: 202,
})

export const cancelDeploy = defineRoute({
  method: 'POST',
  action: 'deploy.cancel',
  path: '/api/v1/deploys/:id/cancel',
  summary: 'Touch no further host; hosts in the middle of an install finish it',
  access: 'token',
  params: IdParams,
  body: z.strictObject({ reason: Reason.optional() }),
  response: DeployDetail,
})
