import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { DeployState } from '../domain/deploy-state.ts'
import { ServiceName, Version } from '../domain/names.ts'
import { Restriction } from '../domain/restriction.ts'
import { why } from './common.ts'
import { HostSelection } from './hosts.ts'
import { defineRoute } from './route.ts'

export const ServiceView = z.strictObject({
  name: ServiceName,
  repo: z.string(),
  path: z.string(),
  /** Its standing rules: a host that one of them selects gets the service as soon as it joins. */
  rules: z.array(HostSelection),
  createdAt: Timestamp,
  lastDeploy: z
    .strictObject({ id: z.int(), version: Version, state: DeployState, createdAt: Timestamp })
    .optional(),
  /** What keeps deploys of it from beginning now, in one cluster at least. */
  restrictions: z.array(Restriction),
})
export type ServiceView = z.infer<typeof ServiceView>

/** A repo that git can clone without asking or running anything: https, ssh, or a directory of the packer's machine. */
const RepoUrl = z
  .string()
  .max(2000)
  .regex(
    /^(https:\/\/[^\s@-][^\s]*|http:\/\/(127\.0\.0\.1|localhost)[:/][^\s]*|ssh:\/\/[^\s-][^\s]*|[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^\s-][^\s]*|\/[^\s]+)$/,
    'a repo is https://…, ssh://…, user@host:path or an absolute path on the packer’s machine',
  )
  .refine(
    (url) => !/^https?:\/\/[^/]*@/.test(url),
    'a repo URL must not hold credentials; give them to the packer’s git',
  )

/** A path inside the repo; `.` is its top. */
const RepoPath = z
  .string()
  .max(500)
  .regex(/^(?!.*(^|\/)\.\.(\/|$))[A-Za-z0-9_.][A-Za-z0-9_./-]*$/, 'a path inside the repo, without ..')

export const listServices = defineRoute({
  method: 'GET',
  path: '/api/v1/services',
  summary: 'All services',
  access: 'token',
  response: z.strictObject({ services: z.array(ServiceView) }),
})

export const registerService = defineRoute({
  method: 'POST',
  action: 'service.register',
  path: '/api/v1/services',
  summary: 'Register a service, or change where its code is',
  access: 'token',
  body: z.strictObject({ name: ServiceName, repo: RepoUrl, path: RepoPath.default('.') }),
  response: ServiceView,
  successStatus: 201,
})

export const setStandingRules = defineRoute({
  method: 'POST',
  action: 'service.rules',
  path: '/api/v1/services/:name/rules',
  summary:
    'Say which hosts are to have a service: one that joins gets what the others are to run, by a deploy of its own',
  access: 'token',
  params: z.strictObject({ name: ServiceName }),
  /** All of them: what was set before no longer counts. */
  body: z.strictObject({ rules: z.array(HostSelection).max(100), ...why }),
  response: ServiceView,
})
