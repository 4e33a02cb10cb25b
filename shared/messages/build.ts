import * as z from 'zod'
import { ArtifactRef, BuiltBy } from '../domain/artifact.ts'
import { CommitSpan } from '../domain/commit-span.ts'
import { KeptName } from '../domain/build-record.ts'
import { BuildStep, LogLine, Timestamp } from '../domain/event.ts'
import { AgentId, Commit, Digest, Labels, Ref, ServiceName, Version } from '../domain/names.ts'
import { defaultRollout, Rollout } from '../domain/rollout.ts'
import { defineCall, defineMessage } from './define.ts'
import { exampleArtifact } from './order.ts'

/** Where a service's code is. */
export const Source = z.strictObject({
  service: ServiceName,
  repo: z.string().min(1).max(2000),
  path: z.string().max(500),
})
export type Source = z.infer<typeof Source>

const exampleSource = { service: 'web', repo: 'https://git.example/web.git', path: '.' }

/** A ref as one packer would build it now; or, where its labels do not fit, which ones a packer needs. */
const Resolution = z.discriminatedUnion('here', [
  z.strictObject({
    v: z.literal(1),
    here: z.literal(true),
    commit: Commit,
    committedAt: Timestamp,
    subject: z.string().max(200),
    version: Version,
    /** SHA-256 of everything but the commit that decides the artifact's bytes: `recipe` and `builtBy`. */
    buildConfig: Digest,
    /** SHA-256 of what the repo says of it: the build section and the path. */
    recipe: Digest,
    builtBy: BuiltBy,
    /** Labels that a packer needs to build it. */
    on: Labels,
    rollout: Rollout,
  }),
  z.strictObject({ v: z.literal(1), here: z.literal(false), on: Labels }),
])

/** A ref, as the packer that was asked would build it. */
export type Resolved = Extract<z.output<typeof Resolution>, { here: true }>

const ResolveRequest = z.strictObject({ v: z.literal(1), source: Source, ref: Ref })

/** For tests and docs. */
export const exampleResolved: Resolved = {
  v: 1,
  here: true,
  commit: 'b'.repeat(40),
  committedAt: 1_790_000_000_000,
  subject: 'Greet in Portuguese',
  version: 'v2',
  buildConfig: 'c'.repeat(64),
  recipe: 'd'.repeat(64),
  builtBy: { machine: 'linux-x64', tool: 'node20', revision: 2, format: 3, compression: 'zlib 1.3.1' },
  on: {},
  rollout: defaultRollout,
}

const exampleResolve = {
  request: { v: 1 as const, source: exampleSource, ref: 'v2' },
  reply: exampleResolved,
}

export const resolveCall = defineCall({
  name: 'resolve',
  summary:
    'tracker -> any packer: which commit a ref is now, and the digest of how it would be built; reads and checks service.yaml at that commit',
  subject: 'at.v1.resolve',
  request: ResolveRequest,
  reply: Resolution,
  example: exampleResolve,
})

export const resolveAtCall = defineCall({
  name: 'resolve-at',
  summary: 'tracker -> one packer: the same, of one whose labels fit',
  subject: 'at.v1.resolve.{to}',
  request: ResolveRequest,
  reply: Resolution,
  example: exampleResolve,
})

/** Commits of one question. */
export const maxCompared = 10

export const compareCall = defineCall({
  name: 'compare',
  summary:
    'tracker -> any packer, for a plan: which commits lie between what hosts run and what they are to run; what the repo has no longer is left out',
  subject: 'at.v1.compare',
  request: z.strictObject({
    v: z.literal(1),
    source: Source,
    from: z.array(Commit).min(1).max(maxCompared),
    to: Commit,
  }),
  reply: z.strictObject({
    v: z.literal(1),
    spans: z.array(CommitSpan.extend({ from: Commit })).max(maxCompared),
  }),
  example: {
    request: { v: 1, source: exampleSource, from: ['a'.repeat(40)], to: 'b'.repeat(40) },
    reply: {
      v: 1,
      spans: [
        {
          from: 'a'.repeat(40),
          gained: {
            count: 1,
            latest: [
              {
                commit: 'b'.repeat(40),
                author: 'Ann',
                subject: 'Greet in Portuguese',
                at: 1_790_000_000_000,
              },
            ],
          },
          lost: { count: 0, latest: [] },
        },
      ],
    },
  },
})

/** The packer that replies holds the build from then on: it must send heartbeats, or another is asked. */
export const buildCall = defineCall({
  name: 'build',
  summary:
    'tracker -> a packer that has room for it and the labels: build this commit; the reply is the packer taking it',
  subject: 'at.v1.build.{to}',
  request: z.strictObject({
    v: z.literal(1),
    buildId: z.int().positive(),
    /** Which time this is: a packer that was given up may still be at an earlier one. */
    attempt: z.int().positive(),
    source: Source,
    commit: Commit,
    version: Version,
    buildConfig: Digest,
    /** Installs all dependencies anew, whatever is kept of earlier builds. */
    fresh: z.boolean(),
  }),
  reply: z.strictObject({ v: z.literal(1), packer: AgentId }),
  example: {
    request: {
      v: 1,
      buildId: 7,
      attempt: 1,
      source: exampleSource,
      commit: 'b'.repeat(40),
      version: 'v2',
      buildConfig: 'c'.repeat(64),
      fresh: false,
    },
    reply: { v: 1, packer: 'p0123456789ab' },
  },
})

export const stopBuildCall = defineCall({
  name: 'stop-build',
  summary:
    'tracker -> the packer that has it: nobody wants this build any more; what is not held is stopped already',
  subject: 'at.v1.stop-build.{to}',
  request: z.strictObject({ v: z.literal(1), buildId: z.int().positive() }),
  reply: z.strictObject({ v: z.literal(1) }),
  example: { request: { v: 1, buildId: 7 }, reply: { v: 1 } },
})

/** A build that a packer holds. */
const HeldBuild = z.strictObject({ id: z.int().positive(), attempt: z.int().positive() })

/** How many builds a packer can be told to do at once. */
export const maxCapacity = 64

export const packerHeartbeatMessage = defineMessage({
  name: 'packer-heartbeat',
  summary:
    'packer -> tracker, every 2 s and at each change: I am here, this I can, and these builds are mine',
  subject: 'at.v1.packer.{packer}.heartbeat',
  payload: z.strictObject({
    v: z.literal(1),
    /** How many builds it does at once. */
    capacity: z.int().min(1).max(maxCapacity),
    labels: Labels,
    /** Whether its builds run in one; else they can read its keys. */
    sandbox: z.boolean(),
    builds: z.array(HeldBuild).max(maxCapacity),
  }),
  example: {
    v: 1,
    capacity: 2,
    labels: { os: 'linux', arch: 'x64' },
    sandbox: true,
    builds: [{ id: 7, attempt: 1 }],
  },
})

export const buildLogMessage = defineMessage({
  name: 'build-log',
  summary: 'packer -> tracker: what the build printed, as it prints it',
  subject: 'at.v1.packer.{packer}.log',
  payload: z.strictObject({
    v: z.literal(1),
    buildId: z.int().positive(),
    lines: z.array(LogLine).min(1).max(200),
  }),
  example: {
    v: 1,
    buildId: 7,
    lines: [{ at: 1_790_000_000_000, stream: 'stdout', text: 'added 12 packages in 1s' }],
  },
})

export const buildStepMessage = defineMessage({
  name: 'build-step',
  summary: 'packer -> tracker: a step of a build begins, or has ended',
  subject: 'at.v1.packer.{packer}.step',
  payload: z.strictObject({ v: z.literal(1), buildId: z.int().positive(), step: BuildStep }),
  example: {
    v: 1,
    buildId: 7,
    step: { name: 'npm ci', command: 'npm ci', state: 'done', at: 1_790_000_000_000, tookMs: 4100 },
  },
})

const ended = { v: z.literal(1), buildId: z.int().positive(), attempt: z.int().positive() }
/** Under which name the build's log and record are in the store; left out when they could not be put there. */
const kept = KeptName.optional()

export const buildResultCall = defineCall({
  name: 'build-result',
  summary:
    'packer -> tracker: the artifact is in the store, or why there is none; repeated until stored. declined: this packer would build it otherwise than the one that resolved it, so another is to do it. stopped: as it was told to',
  subject: 'at.v1.packer.{packer}.result',
  request: z.discriminatedUnion('outcome', [
    z.strictObject({
      ...ended,
      outcome: z.literal('built'),
      artifact: ArtifactRef,
      rollout: Rollout,
      kept,
    }),
    z.strictObject({ ...ended, outcome: z.literal('failed'), error: z.string().min(1).max(2000), kept }),
    z.strictObject({ ...ended, outcome: z.literal('stopped'), kept }),
    z.strictObject({ ...ended, outcome: z.literal('declined'), error: z.string().min(1).max(2000) }),
  ]),
  reply: z.strictObject({ v: z.literal(1) }),
  example: {
    request: {
      v: 1,
      buildId: 7,
      attempt: 1,
      outcome: 'built',
      artifact: exampleArtifact,
      rollout: defaultRollout,
      kept: '7-1',
    },
    reply: { v: 1 },
  },
})
