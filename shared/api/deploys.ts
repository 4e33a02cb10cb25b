import * as z from 'zod'
import { type DeployControl, DeployState } from '../domain/deploy-state.ts'
import { Timestamp } from '../domain/event.ts'
import { InstallState } from '../domain/install-state.ts'
import { AgentId, ClusterName, Commit, Digest, HostName, Ref, ServiceName, Version } from '../domain/names.ts'
import { ConfigVersion } from '../domain/settings.ts'
import { Restriction } from '../domain/restriction.ts'
import { Rollout, RolloutOverrides } from '../domain/rollout.ts'
import { IdParams, Limit, Moment, why } from './common.ts'
import { HostSelection } from './hosts.ts'
import { defineRoute } from './route.ts'

const terms = {
  ...why,
  /** Also a version that is in quarantine; takes a reason. */
  force: z.boolean().default(false),
  /** Wait for what is in the way, instead of being refused. */
  queue: z.boolean().default(false),
}

/** `ignoreFreeze` begins it in spite of a freeze, and takes a reason. A rollback may always begin. */
const forward = { ...terms, ignoreFreeze: z.boolean().default(false) }

interface Explained {
  readonly force: boolean
  readonly ignoreFreeze?: boolean
  readonly reason?: string | undefined
}

const isExplained = ({ force, ignoreFreeze = false, reason = '' }: Explained): boolean =>
  (!force && !ignoreFreeze) || reason.trim() !== ''
const unexplained = { message: 'to force a version or to ignore a freeze takes a reason', path: ['reason'] }

export const DeployView = z.strictObject({
  id: z.int().positive(),
  service: ServiceName,
  version: Version,
  commit: Commit.optional(),
  digest: Digest.optional(),
  /** The version of its service's settings; absent where there are none, and in a rollback whose hosts differ. */
  config: ConfigVersion.optional(),
  buildId: z.int().optional(),
  state: DeployState,
  /** Where it goes on when it is resumed: while it is paused. */
  pausedFrom: DeployState.optional(),
  /** Why it ended the way it did, or is paused, in one sentence. */
  error: z.string().optional(),
  reason: z.string().optional(),
  createdBy: z.string(),
  createdAt: Timestamp,
  /** Absent while it is queued. */
  beganAt: Timestamp.optional(),
  endedAt: Timestamp.optional(),
  retryOf: z.int().optional(),
  rollbackOf: z.int().optional(),
  /** When it is to begin. */
  notBefore: Timestamp.optional(),
  rollout: Rollout,
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
  config: ConfigVersion.optional(),
  /** What it ran when the deploy was made. */
  previousVersion: Version.optional(),
  previousConfig: ConfigVersion.optional(),
  /** 0 for the canaries, then 1, 2, … */
  batch: z.int(),
  /** Whether a version report has shown the new release running. */
  confirmed: z.boolean(),
  error: z.string().optional(),
  /** The state that it failed in, unless it came through. */
  failedAt: InstallState.optional(),
  /** What is worth telling of its service's last output, the most telling line first. */
  said: z.array(z.string()).optional(),
  updatedAt: Timestamp,
})
export type TargetView = z.infer<typeof TargetView>

export const DeployDetail = DeployView.extend({
  targets: z.array(TargetView),
  /** What the plan noticed: hosts that are silent, a version that is older than what runs. */
  warnings: z.array(z.string()),
  /** Why its version is deployed again only by force: while that is so. */
  quarantined: z.string().optional(),
  /** What it waits for before it begins, in one sentence: while it is queued. */
  waitsFor: z.string().optional(),
  /** What keeps another deploy to its hosts from beginning now. */
  restrictions: z.array(Restriction),
  /** Until when the last batch is watched before the next one begins: while that is so. */
  bakesUntil: Timestamp.optional(),
  /** Of the event that this view includes last: follow the feed from here. */
  seq: z.int().nonnegative(),
})
export type DeployDetail = z.infer<typeof DeployDetail>

/** The furthest that the beginning of a deploy may be away, in ms. */
export const longestWaitMs = 30 * 86_400_000

const wanted = {
  ref: Ref.optional(),
  /** 12 hex digits or more of an artifact's digest, instead of a ref; needs no packer. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{12,64}$/)
    .optional(),
  /** An older version of the service's settings, instead of the newest. */
  config: ConfigVersion.optional(),
  selection: HostSelection.prefault({}),
  /** What is to go otherwise than the service's file says. */
  rollout: RolloutOverrides.prefault({}),
  /** When it is to begin; the hosts and the version are those of now. It fails if it cannot within 15 minutes, unless it queues. */
  at: Timestamp.optional(),
  ...forward,
}

/** What is to be deployed, where and how. */
export const DeployRequest = z
  .strictObject({ service: ServiceName, ...wanted })
  .refine(isExplained, unexplained)
export type DeployRequest = z.output<typeof DeployRequest>

/** The same, or a plan that says all of it. */
const DeployOrPlan = z.strictObject({
  service: ServiceName.optional(),
  planId: z.int().positive().optional(),
  ...wanted,
})

/** Says nothing that a plan alone would not say. */
const isPlanAlone = (body: z.output<typeof DeployOrPlan>): boolean =>
  body.planId === undefined ||
  JSON.stringify(body) === JSON.stringify(DeployOrPlan.parse({ planId: body.planId }))

export const createDeploy = defineRoute({
  method: 'POST',
  action: 'deploy.create',
  path: '/api/v1/deploys',
  summary:
    'Deploy a service at a ref (or an artifact by digest) to the hosts that match now; or exactly what a plan says, unless its facts have changed since',
  access: 'token',
  body: DeployOrPlan.refine(isExplained, unexplained).refine(isPlanAlone, {
    message: 'a plan says all of it: give nothing beside it',
    path: ['planId'],
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
  body: z.strictObject(forward).refine(isExplained, unexplained),
  response: DeployDetail,
  successStatus: 202,
})

/** What is so already stays so, and is no error: each may be asked for again. */
const control = <const Name extends DeployControl>(name: Name, summary: string) =>
  defineRoute({
    method: 'POST',
    action: `deploy.${name}`,
    path: `/api/v1/deploys/:id/${name}`,
    summary,
    access: 'token',
    params: IdParams,
    body: z.strictObject(why),
    response: DeployDetail,
  })

export const pauseDeploy = control(
  'pause',
  'Begin nothing more until it is resumed; hosts in the middle of an install finish it',
)
export const resumeDeploy = control(
  'resume',
  'Go on where it was paused; hosts that have failed so far are accepted',
)
export const promoteDeploy = control(
  'promote',
  'Go on past the canaries, or past the time that the last batch is watched',
)
export const cancelDeploy = control(
  'cancel',
  'Touch no further host; hosts in the middle of an install finish it',
)
export const rollbackDeploy = defineRoute({
  ...control(
    'rollback',
    'Bring every host that a deploy changed back to what it ran before: a running deploy does so itself, for one that has ended a new one does',
  ),
  body: z.strictObject(terms).refine(isExplained, unexplained),
})

export const Quarantine = z.strictObject({
  service: ServiceName,
  digest: Digest,
  version: Version,
  /** What went wrong, in one sentence. */
  reason: z.string(),
  deployId: z.int(),
  at: Timestamp,
})
export type Quarantine = z.infer<typeof Quarantine>

export const listQuarantine = defineRoute({
  method: 'GET',
  path: '/api/v1/quarantine',
  summary:
    'Versions that failed their canary or were rolled back, latest first: they are deployed only by force',
  access: 'token',
  response: z.strictObject({ quarantine: z.array(Quarantine) }),
})
