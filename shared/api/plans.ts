import * as z from 'zod'
import { CommitSpan } from '../domain/commit-span.ts'
import { Timestamp } from '../domain/event.ts'
import { AgentId, ClusterName, Commit, Digest, HostName, ServiceName, Version } from '../domain/names.ts'
import { Rollout } from '../domain/rollout.ts'
import { ConfigVersion } from '../domain/settings.ts'
import { Room } from '../domain/room.ts'
import { IdParams } from './common.ts'
import { DeployRequest } from './deploys.ts'
import { HostSelection } from './hosts.ts'
import { defineRoute } from './route.ts'

export const PlanHost = z.strictObject({
  hostId: AgentId,
  hostName: HostName,
  cluster: ClusterName,
  /** 0 for the canaries, then 1, 2, … */
  batch: z.int(),
  /** It did not answer: what is said of it is from its last report. */
  silent: z.boolean(),
  /** What it runs of the service, or has as current while nothing runs; absent when it has nothing. */
  digest: Digest.optional(),
  version: Version.optional(),
  /** The version of the settings that it runs with. */
  config: ConfigVersion.optional(),
  /** Bytes that it would fetch; absent when it is silent, or the artifact is still to be built. */
  pulls: z.int().nonnegative().optional(),
  /** Absent when it is silent. */
  room: Room.optional(),
  /** Why it would refuse the release, as things are. */
  refusal: z.string().optional(),
})
export type PlanHost = z.infer<typeof PlanHost>

/** What some of the hosts have now, and how far that is from what they are to have; without `gained` and `lost` that is not known. */
export const PresentVersion = z.strictObject({
  digest: Digest.optional(),
  version: Version.optional(),
  hosts: z.int().positive(),
  ...CommitSpan.partial().shape,
})
export type PresentVersion = z.infer<typeof PresentVersion>

/** Whether a host has all that the plan brings already: the release, with its settings. */
export const hasAll = (host: PlanHost, { digest, config }: Pick<Plan, 'digest' | 'config'>): boolean =>
  host.digest !== undefined && host.digest === digest && host.config === config

export const PlanWarning = z.strictObject({
  kind: z.enum([
    'busy',
    'lock',
    'freeze',
    'quarantine',
    'downgrade',
    'diverged',
    'same-version',
    'silent',
    'clusters',
    'versions',
    'no-room',
    'refused',
  ]),
  /** One sentence. */
  message: z.string(),
})
export type PlanWarning = z.infer<typeof PlanWarning>

export const Plan = z.strictObject({
  id: z.int().positive(),
  service: ServiceName,
  version: Version,
  commit: Commit.optional(),
  /** Absent while it is still to be built. */
  digest: Digest.optional(),
  /** The version of its settings; absent when it has none. */
  config: ConfigVersion.optional(),
  /** Bytes of the tarball. */
  size: z.int().optional(),
  rollout: Rollout,
  selection: HostSelection,
  reason: z.string().optional(),
  force: z.boolean(),
  queue: z.boolean(),
  ignoreFreeze: z.boolean(),
  /** When the deploy is to begin. */
  at: Timestamp.optional(),
  createdBy: z.string(),
  createdAt: Timestamp,
  /** In the order in which they are reached. */
  hosts: z.array(PlanHost),
  /** What they have now, the most common first. */
  present: z.array(PresentVersion),
  /** Why it is not known which commits lie between; absent when it is. */
  commitsUnknown: z.string().optional(),
  /** How many hosts would not have what they have now. */
  changes: z.int().nonnegative(),
  /** Why the version is deployed only by force: while that is so. */
  quarantined: z.string().optional(),
  warnings: z.array(PlanWarning),
})
export type Plan = z.infer<typeof Plan>

export const createPlan = defineRoute({
  method: 'POST',
  action: 'plan.create',
  path: '/api/v1/plans',
  summary:
    'What a deploy would do, as its hosts answer now; nothing is built or installed. For a day, a deploy may be made of it by its id, as long as the facts are the same',
  access: 'token',
  body: DeployRequest,
  response: Plan,
  successStatus: 201,
})

export const getPlan = defineRoute({
  method: 'GET',
  path: '/api/v1/plans/:id',
  summary: 'A plan of the last day, with the facts that it was made of',
  access: 'token',
  params: IdParams,
  response: Plan,
})
