import * as z from 'zod'
import { BuildState } from '../domain/deploy-state.ts'
import { Timestamp } from '../domain/event.ts'
import { AgentId, Commit, Digest, HostName, Labels, Ref, ServiceName, Version } from '../domain/names.ts'
import { IdParams, Limit, why } from './common.ts'
import { defineRoute } from './route.ts'

/** What a build is for, most urgent first: a deploy that waits, a person, code that arrived, a link to what has changed. */
export const BuildCause = z.enum(['deploy', 'person', 'hook', 'link'])
export type BuildCause = z.infer<typeof BuildCause>

export const BuildView = z.strictObject({
  id: z.int().positive(),
  service: ServiceName,
  version: Version,
  commit: Commit,
  /** First line of the commit's message. */
  subject: z.string(),
  state: BuildState,
  cause: BuildCause,
  askedBy: z.string(),
  /** Who builds it, or did. */
  packer: HostName.optional(),
  /** How often it was handed to a packer. */
  attempts: z.int().nonnegative(),
  /** While it is queued: how many builds are before it. */
  ahead: z.int().nonnegative().optional(),
  error: z.string().optional(),
  digest: Digest.optional(),
  /** Of a rebuild: the last build of the same commit before it, and whether that gave the same bytes. */
  before: z.strictObject({ id: z.int().positive(), same: z.boolean() }).optional(),
  /** Bytes of the tarball. */
  size: z.int().optional(),
  /** Whether its whole log and its record are in the artifact store: from its end on, unless they got lost. */
  isKept: z.boolean(),
  createdAt: Timestamp,
  startedAt: Timestamp.optional(),
  endedAt: Timestamp.optional(),
})
export type BuildView = z.infer<typeof BuildView>

export const startBuild = defineRoute({
  method: 'POST',
  action: 'build.start',
  path: '/api/v1/builds',
  summary: 'Build a service at a ref, unless the same commit was built the same way before',
  access: 'token',
  body: z.strictObject({
    service: ServiceName,
    ref: Ref.default('HEAD'),
    /** Also what was built before, with all dependencies installed anew. */
    rebuild: z.boolean().default(false),
  }),
  response: z.strictObject({
    build: BuildView,
    /** True when an earlier artifact serves and nothing is built. */
    reused: z.boolean(),
    /** Why it is built, or why not: one sentence. */
    because: z.string(),
  }),
  successStatus: 202,
})
export type BuildAnswer = z.infer<typeof startBuild.response>

export const cancelBuild = defineRoute({
  method: 'POST',
  action: 'build.cancel',
  path: '/api/v1/builds/:id/cancel',
  summary: 'End a build that has not ended; deploys that wait for it fail',
  access: 'token',
  params: IdParams,
  body: z.strictObject(why),
  response: BuildView,
})

export const listBuilds = defineRoute({
  method: 'GET',
  path: '/api/v1/builds',
  summary: 'Builds, newest first',
  access: 'token',
  query: z.strictObject({ service: ServiceName.optional(), limit: Limit.default(50) }),
  response: z.strictObject({ builds: z.array(BuildView) }),
})

export const getBuild = defineRoute({
  method: 'GET',
  path: '/api/v1/builds/:id',
  summary: 'One build',
  access: 'token',
  params: IdParams,
  response: BuildView,
})

export const PackerView = z.strictObject({
  id: AgentId,
  name: HostName,
  /** `silent`: no heartbeat for too long, or none since the tracker started. */
  state: z.enum(['ready', 'busy', 'silent']),
  labels: Labels,
  /** How many builds it does at once; absent while it is silent. */
  capacity: z.int().positive().optional(),
  /** Whether its builds run in one, so that what they install cannot read its keys; absent while it is silent. */
  sandbox: z.boolean().optional(),
  /** Those that it has. */
  builds: z.array(z.int().positive()),
  heardAt: Timestamp.optional(),
})
export type PackerView = z.infer<typeof PackerView>

export const listPackers = defineRoute({
  method: 'GET',
  path: '/api/v1/packers',
  summary: 'Packers, what they can build and what they are building',
  access: 'token',
  response: z.strictObject({ packers: z.array(PackerView) }),
})
