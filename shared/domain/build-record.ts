import * as z from 'zod'
import { BuildStep } from './event.ts'
import { Commit, Digest, ServiceName, Version } from './names.ts'

/** What the log and the record of a build are called in the store: its number, and that of the attempt. */
export const KeptName = z
  .string()
  .regex(/^\d{1,15}-\d{1,9}$/, 'it is the number of a build, a dash, and that of the attempt')
export type KeptName = z.infer<typeof KeptName>

export const logKey = (name: KeptName) => `logs/${name}.log.gz` as const
export const recordKey = (name: KeptName) => `records/${name}.json.gz` as const

export const dependencyKinds = ['npm', 'pip', 'go', 'cargo'] as const

/** A package that is in an artifact. For Go and Rust, where it is no file any more, one that the lockfile names. */
export const Dependency = z.strictObject({
  kind: z.enum(dependencyKinds),
  name: z.string().min(1).max(300),
  version: z.string().min(1).max(200),
})
export type Dependency = z.infer<typeof Dependency>

export const DirectorySize = z.strictObject({
  /** A directory of the top, or one dependency; `.` for what lies at the top. */
  path: z.string().max(4096),
  /** Bytes of all files below it. */
  size: z.int().nonnegative(),
  files: z.int().positive(),
})
export type DirectorySize = z.infer<typeof DirectorySize>

export const maxDependencies = 20_000
export const maxDirectories = 200

/** Where an artifact comes from: an in-toto statement with the predicate of SLSA provenance, both in their version 1. */
export const Provenance = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.tuple([z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: Digest }) })]),
  predicateType: z.literal('https://slsa.dev/provenance/v1'),
  predicate: z.strictObject({
    buildDefinition: z.strictObject({
      buildType: z.literal('urn:apptracker:build:1'),
      /** What somebody else could give a packer to have the same built. */
      externalParameters: z.strictObject({
        service: ServiceName,
        version: Version,
        path: z.string(),
        /** The section `build` of service.yaml. */
        build: z.record(z.string(), z.unknown()),
      }),
      /** What of the packer decided the bytes, and whether the build was kept in a sandbox. */
      internalParameters: z.record(z.string(), z.unknown()),
      resolvedDependencies: z.tuple([
        z.strictObject({ uri: z.string(), digest: z.strictObject({ gitCommit: Commit }) }),
      ]),
    }),
    runDetails: z.strictObject({
      builder: z.strictObject({ id: z.string(), version: z.strictObject({ apptracker: z.string() }) }),
      metadata: z.strictObject({
        invocationId: z.string(),
        startedOn: z.iso.datetime(),
        finishedOn: z.iso.datetime(),
      }),
    }),
  }),
})
export type Provenance = z.infer<typeof Provenance>

/** What is remembered of an artifact that a build made. */
const Made = z.strictObject({
  provenance: Provenance,
  /** As it stands in the artifact. */
  manifest: z.record(z.string(), z.unknown()),
  /** Bytes of the tarball, and of all files in it. */
  size: z.int().positive(),
  unpackedSize: z.int().nonnegative(),
  entries: z.int().positive(),
  /** The largest ones. */
  directories: z.array(DirectorySize).max(maxDirectories),
  /** By kind and name. */
  dependencies: z.array(Dependency).max(maxDependencies),
  /** How many more there are than were written down. */
  dependenciesLeftOut: z.int().nonnegative(),
})
export type Made = z.infer<typeof Made>

/** What is remembered of a build, in the artifact store beside its log. */
export const BuildRecord = z.strictObject({
  v: z.literal(1),
  buildId: z.int().positive(),
  steps: z.array(BuildStep).max(1000),
  /** Left out of a build that failed. */
  made: Made.optional(),
})
export type BuildRecord = z.infer<typeof BuildRecord>
