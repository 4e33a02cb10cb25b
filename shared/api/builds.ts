import * as z from 'zod'
import { BuildState } from '../domain/deploy-state.ts'
import { Timestamp } from '../domain/event.ts'
import { Commit, Digest, HostName, Ref, ServiceName, Version } from '../domain/names.ts'
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

/** A build that waits for a packer. */
export const QueuedBuildView = BuildView.extend({
  /** What it waits for, in one sentence. */
  waitsFor: z.string(),
})
export type QueuedBuildView = z.infer<typeof QueuedBuildView>

export const getBuildQueue = defineRoute({
  method: 'GET',
  path: '/api/v1/builds/queue',
  summary: 'What is being built, and what waits in the order of its turn, and for what',
  access: 'token',
  query: z.strictObject({ limit: Limit.default(100) }),
  response: z.strictObject({
    building: z.array(BuildView),
    queued: z.array(QueuedBuildView),
    /** How many wait in all, however many were asked for. */
    waiting: z.int().nonnegative(),
  }),
})
export type BuildQueue = z.infer<typeof getBuildQueue.response>

export const getBuild = defineRoute({
  method: 'GET',
  path: '/api/v1/builds/:id',
  summary: 'One build',
  access: 'token',
  params: IdParams,
  response: BuildView,
})
