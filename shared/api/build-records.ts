import * as z from 'zod'
import { BuildRecord, Dependency } from '../domain/build-record.ts'
import { LogLine } from '../domain/event.ts'
import { Version } from '../domain/names.ts'
import { IdParams } from './common.ts'
import { defineRoute } from './route.ts'

/** Most lines of one answer. */
export const maxLogPage = 20_000

export const NumberedLine = LogLine.extend({
  /** Its place in the whole log; the first is 1. */
  n: z.int().positive(),
})
export type NumberedLine = z.infer<typeof NumberedLine>

export const readBuildLog = defineRoute({
  method: 'GET',
  path: '/api/v1/builds/:id/log',
  summary: 'The log of a build, or those of its lines that hold a text; while it runs, as far as it is',
  access: 'token',
  params: IdParams,
  query: z.strictObject({
    /** Upper and lower case are the same. */
    search: z.string().min(1).max(200).optional(),
    /** So many lines before and after each that is found. */
    around: z.coerce.number().int().min(0).max(20).default(0),
    /** Only lines with a greater number. */
    after: z.coerce.number().int().nonnegative().default(0),
    limit: z.coerce.number().int().min(1).max(maxLogPage).default(1000),
  }),
  response: z.strictObject({
    lines: z.array(NumberedLine),
    /** Where to go on, as `after`; left out at the end. */
    next: z.int().positive().optional(),
  }),
})
export type LogPage = z.infer<typeof readBuildLog.response>

export const getBuildRecord = defineRoute({
  method: 'GET',
  path: '/api/v1/builds/:id/record',
  summary: 'What is remembered of a build that has ended: steps, sizes, dependencies, manifest, provenance',
  access: 'token',
  params: IdParams,
  response: BuildRecord,
})

const Versions = z.array(Dependency.shape.version)

export const DependencyChange = Dependency.omit({ version: true }).extend({
  /** Its versions before and now: none where it came or went, several where several are inside. */
  from: Versions,
  to: Versions,
})
export type DependencyChange = z.infer<typeof DependencyChange>

export const SizeChange = z.strictObject({
  path: z.string(),
  /** Bytes before and now. */
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
})
export type SizeChange = z.infer<typeof SizeChange>

export const getBuildChanges = defineRoute({
  method: 'GET',
  path: '/api/v1/builds/:id/changes',
  summary: 'What is different in its artifact from that of the last build of the same service before it',
  access: 'token',
  params: IdParams,
  response: z.strictObject({
    /** Left out where there is none that something is remembered of. */
    since: z.strictObject({ build: z.int().positive(), version: Version }).optional(),
    dependencies: z.array(DependencyChange),
    /** Of the whole, unpacked. */
    unpackedSize: SizeChange.omit({ path: true }).optional(),
    /** Those of the largest directories that are not as large as before, the greatest difference first. */
    directories: z.array(SizeChange),
  }),
})
export type BuildChanges = z.infer<typeof getBuildChanges.response>
