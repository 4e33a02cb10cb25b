import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { KeepRule } from '../domain/keep-rule.ts'
import { Commit, Digest, ServiceName, Version } from '../domain/names.ts'
import { Limit, why } from './common.ts'
import { defineRoute } from './route.ts'

export const Amount = z.strictObject({ count: z.int().nonnegative(), bytes: z.int().nonnegative() })
export type Amount = z.infer<typeof Amount>

export const ArtifactView = z.strictObject({
  digest: Digest,
  service: ServiceName,
  version: Version,
  commit: Commit,
  /** Bytes of the tarball. */
  size: z.int(),
  createdAt: Timestamp,
  /** Each reason as the rest of a sentence: `runs on web-1.prod`. None: the next upkeep removes it. */
  keptBecause: z.array(z.string()),
})
export type ArtifactView = z.infer<typeof ArtifactView>

export const listArtifacts = defineRoute({
  method: 'GET',
  path: '/api/v1/artifacts',
  summary:
    'Artifacts, by service and the newest first: why each is kept, or that the next upkeep removes it. What a prune would do',
  access: 'token',
  query: z.strictObject({
    service: ServiceName.optional(),
    /** `false`: only those that go. */
    kept: z.enum(['true', 'false']).optional(),
    limit: Limit.default(100),
  }),
  response: z.strictObject({
    artifacts: z.array(ArtifactView),
    /** Of all that there are, however many were asked for. */
    stay: Amount,
    go: Amount,
  }),
})
export type ArtifactList = z.infer<typeof listArtifacts.response>

export const pruneArtifacts = defineRoute({
  method: 'POST',
  action: 'artifact.prune',
  path: '/api/v1/artifacts/prune',
  summary:
    'Give up now the artifacts that the next upkeep would remove; their files go from the store soon after',
  access: 'token',
  body: z.strictObject({ service: ServiceName.optional(), ...why }),
  response: z.strictObject({ gone: Amount }),
})

export const KeepRuleView = KeepRule.extend({
  /** Absent in the rule for all services that have none of their own. */
  service: ServiceName.optional(),
  /** Absent while nobody has set it. */
  setBy: z.string().optional(),
  setAt: Timestamp.optional(),
})
export type KeepRuleView = z.infer<typeof KeepRuleView>

export const listKeepRules = defineRoute({
  method: 'GET',
  path: '/api/v1/artifacts/rules',
  summary: 'What is kept beside what is in use: the rule for all services first, then those of single ones',
  access: 'token',
  response: z.strictObject({ rules: z.array(KeepRuleView) }),
})

export const setKeepRule = defineRoute({
  method: 'POST',
  action: 'artifact.keep',
  path: '/api/v1/artifacts/rules',
  summary:
    'Say what is kept of a service, or of all that have no rule of their own; what is not given stays as it is for it',
  access: 'token',
  body: KeepRule.partial().extend({ service: ServiceName.optional(), ...why }),
  response: KeepRuleView,
})

export const removeKeepRule = defineRoute({
  method: 'DELETE',
  action: 'artifact.keep-as-others',
  path: '/api/v1/artifacts/rules/:service',
  summary: 'Keep of a service what is kept of the others',
  access: 'token',
  params: z.strictObject({ service: ServiceName }),
  response: KeepRuleView,
})

/** What an upkeep of the artifact store did and found. */
export const UpkeepReport = z.strictObject({
  at: Timestamp,
  /** Artifacts that were given up and are gone from the store now. */
  erased: Amount,
  /** Artifacts that no build had told of, removed. */
  orphans: Amount,
  /** Logs and records of builds that were removed. */
  recordsRemoved: Amount,
  /** Uploads that had begun long ago and never ended. */
  leftovers: z.int().nonnegative(),
  /** Logs and records of builds that are kept. */
  records: z.array(Amount.extend({ service: ServiceName })),
  /** Artifacts that are to be kept and that the store does not have: how many, and some of them. */
  missing: z.strictObject({ count: z.int().nonnegative(), some: z.array(z.string()) }),
})
export type UpkeepReport = z.infer<typeof UpkeepReport>

export const ServiceUsage = z.strictObject({
  service: ServiceName,
  artifacts: Amount,
  /** Those that hosts run, are to run or can go back to, or that a deploy or plan brings. */
  inUse: Amount,
  /** Bytes that came within the last 30 days, less those that went. */
  growth: z.int(),
  /** Logs and records of its builds, as the last upkeep found them; absent before the first. */
  records: Amount.optional(),
})
export type ServiceUsage = z.infer<typeof ServiceUsage>

export const getArtifactUsage = defineRoute({
  method: 'GET',
  path: '/api/v1/artifacts/usage',
  summary: 'What the artifact store holds, by service, and how its upkeep goes',
  access: 'token',
  response: z.strictObject({
    /** The largest first. */
    services: z.array(ServiceUsage),
    upkeep: z.strictObject({
      nextAt: Timestamp,
      /** While it fails: since when and why. */
      failingSince: Timestamp.optional(),
      error: z.string().optional(),
      /** The last that came through. */
      last: UpkeepReport.optional(),
    }),
  }),
})
export type ArtifactUsage = z.infer<typeof getArtifactUsage.response>
