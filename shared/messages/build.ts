import * as z from 'zod'
import { ArtifactRef } from '../domain/artifact.ts'
import { CommitSpan } from '../domain/commit-span.ts'
import { KeptName } from '../domain/build-record.ts'
import { BuildStep, LogLine, Timestamp } from '../domain/event.ts'
import { AgentId, Commit, Digest, Ref, ServiceName, Version } from '../domain/names.ts'
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

export const resolveCall = defineCall({
  name: 'resolve',
  summary:
    'tracker -> any packer: which commit a ref is now, and the digest of how it would be built; reads and checks service.yaml at that commit',
  subject: 'at.v1.resolve',
  request: z.strictObject({ v: z.literal(1), source: Source, ref: Ref }),
  reply: z.strictObject({
    v: z.literal(1),
    commit: Commit,
    committedAt: Timestamp,
    subject: z.string().max(200),
    version: Version,
    /** SHA-256 of everything but the commit that decides the artifact's bytes: the build section, the path, the builder. */
    buildConfig: Digest,
    rollout: Rollout,
  }),
  example: {
    request: { v: 1, source: exampleSource, ref: 'v2' },
    reply: {
      v: 1,
      commit: 'b'.repeat(40),
      committedAt: 1_790_000_000_000,
      subject: 'Greet in Portuguese',
      version: 'v2',
      buildConfig: 'c'.repeat(64),
      rollout: defaultRollout,
    },
  },
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
  summary: 'tracker -> one packer: build this commit; the reply is the packer taking it',
  subject: 'at.v1.build',
  request: z.strictObject({
    v: z.literal(1),
    buildId: z.int().positive(),
    source: Source,
    commit: Commit,
    version: Version,
    buildConfig: Digest,
  }),
  reply: z.strictObject({ v: z.literal(1), packer: AgentId }),
  example: {
    request: {
      v: 1,
      buildId: 7,
      source: exampleSource,
      commit: 'b'.repeat(40),
      version: 'v2',
      buildConfig: 'c'.repeat(64),
    },
    reply: { v: 1, packer: 'p0123456789ab' },
  },
})

export const packerHeartbeatMessage = defineMessage({
  name: 'packer-heartbeat',
  summary: 'packer -> tracker, every 5 s: I am here, and these builds are mine',
  subject: 'at.v1.packer.{packer}.heartbeat',
  payload: z.strictObject({ v: z.literal(1), builds: z.array(z.int().positive()).max(1000) }),
  example: { v: 1, builds: [7] },
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

/** Under which name the build's log and record are in the store; left out when they could not be put there. */
const kept = KeptName.optional()

export const buildResultCall = defineCall({
  name: 'build-result',
  summary: 'packer -> tracker: the artifact is in the store, or why there is none; repeated until stored',
  subject: 'at.v1.packer.{packer}.result',
  request: z.discriminatedUnion('outcome', [
    z.strictObject({
      v: z.literal(1),
      buildId: z.int().positive(),
      outcome: z.literal('built'),
      artifact: ArtifactRef,
      rollout: Rollout,
      kept,
    }),
    z.strictObject({
      v: z.literal(1),
      buildId: z.int().positive(),
      outcome: z.literal('failed'),
      error: z.string().min(1).max(2000),
      kept,
    }),
  ]),
  reply: z.strictObject({ v: z.literal(1) }),
  example: {
    request: {
      v: 1,
      buildId: 7,
      outcome: 'built',
      artifact: exampleArtifact,
      rollout: defaultRollout,
      kept: '7-p0123456789ab',
    },
    reply: { v: 1 },
  },
})
