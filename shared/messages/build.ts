import * as z from 'zod'
import { ArtifactRef } from '../domain/artifact.ts'
import { KeptName } from '../domain/build-record.ts'
import { BuildStep, LogLine } from '../domain/event.ts'
import { AgentId, Commit, Digest, Labels, Version } from '../domain/names.ts'
import { defaultRollout, Rollout } from '../domain/rollout.ts'
import { defineCall, defineMessage } from './define.ts'
import { exampleArtifact } from './order.ts'
import { exampleSource, Source } from './sources.ts'

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
    builds: z.array(HeldBuild).max(maxCapacity),
  }),
  example: {
    v: 1,
    capacity: 2,
    labels: { os: 'linux', arch: 'x64' },
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
