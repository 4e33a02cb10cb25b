import * as z from 'zod'
import { BuildState } from '../domain/deploy-state.ts'
import { Timestamp } from '../domain/event.ts'
import { Commit, Digest, Ref, ServiceName, Version } from '../domain/names.ts'
import { IdParams, Limit } from './common.ts'
import { defineRoute } from './route.ts'

export const BuildView = z.strictObject({
  id: z.int().positive(),
  service: ServiceName,
  version: Version,
  commit: Commit,
  /** First line of the commit's message. */
  subject: z.string(),
  state: BuildState,
  error: z.string().optional(),
  digest: Digest.optional(),
  /** Bytes of the tarball. */
  size: z.int().optional(),
  /** Whether its whole log and its record are in the artifact store: from its end on, unless they got lost. */
  isKept: z.boolean(),
  createdAt: Timestamp,
  endedAt: Timestamp.optional(),
})
export type BuildView = z.infer<typeof BuildView>

export const startBuild = defineRoute({
  method: 'POST',
  action: 'build.start',
  path: '/api/v1/builds',
  summary: 'Build a service at a ref, unless the same commit was built the same way before',
  access: 'token',
  body: z.strictObject({ service: ServiceName, ref: Ref.default('HEAD') }),
  response: z.strictObject({
    build: BuildView,
    /** True when an earlier artifact serves and nothing is built. */
    reused: z.boolean(),
  }),
  successStatus: 202,
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
