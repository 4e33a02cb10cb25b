import * as z from 'zod'
import { BuildState, DeployState } from './deploy-state.ts'
import { InstallState } from './install-state.ts'
import { AgentId, Commit, Digest, HostName, ServiceName, Version } from './names.ts'

/** Milliseconds since the epoch, by the clock of whoever wrote it. */
export const Timestamp = z.int().nonnegative()

export const LogLine = z.strictObject({
  at: Timestamp,
  stream: z.enum(['stdout', 'stderr', 'packer']),
  text: z.string().max(4096),
})
export type LogLine = z.infer<typeof LogLine>

/** One thing that a build does, by the name that people have for it: `fetch`, `npm ci`, `pack`. */
export const BuildStep = z.strictObject({
  name: z.string().min(1).max(100),
  /** What is run, as a person would type it. */
  command: z.string().max(500).optional(),
  state: z.enum(['running', 'done', 'failed']),
  /** When it began, by the packer's clock. */
  at: Timestamp,
  /** Once it has ended. */
  tookMs: z.int().nonnegative().optional(),
})
export type BuildStep = z.infer<typeof BuildStep>

/**
 * Something that happened. The history and the live feed are the same list; each kind has its own data.
 * `at` in the envelope is the tracker's clock; a host's own time is in `data.at`.
 */
const kinds = [
  z.strictObject({
    kind: z.literal('deploy.state'),
    data: z.strictObject({
      state: DeployState,
      reason: z.string().optional(),
      /** Who did that; left out where the deploy went on by itself. */
      by: z.string().optional(),
      /** How many hosts were in each state then: at its end, and when it pauses. */
      counts: z.partialRecord(InstallState, z.int()).optional(),
    }),
  }),
  z.strictObject({
    kind: z.literal('build.state'),
    data: z.strictObject({
      state: BuildState,
      error: z.string().optional(),
      /** Who builds it, from `building` on. */
      packer: z.string().optional(),
      /** Why it is queued again. */
      reason: z.string().optional(),
      version: Version.optional(),
      commit: Commit.optional(),
      digest: Digest.optional(),
    }),
  }),
  z.strictObject({
    kind: z.literal('build.log'),
    data: z.strictObject({ lines: z.array(LogLine) }),
  }),
  z.strictObject({
    kind: z.literal('install.state'),
    data: z.strictObject({
      hostName: HostName,
      state: InstallState,
      at: Timestamp,
      /** How long the state before this one took, on the host. */
      tookMs: z.int().nonnegative().optional(),
      error: z.string().optional(),
      /** The service's own last output, attached to a failure. */
      output: z.array(z.string()).optional(),
    }),
  }),
  z.strictObject({
    kind: z.literal('host.state'),
    data: z.strictObject({ hostName: HostName, state: z.enum(['enrolled', 'reporting', 'silent']) }),
  }),
  /** What a host runs has changed: look at the versions table again. */
  z.strictObject({
    kind: z.literal('host.versions'),
    data: z.strictObject({ hostName: HostName }),
  }),
  z.strictObject({ kind: z.literal('build.step'), data: BuildStep }),
] as const

const envelope = {
  seq: z.int().positive(),
  at: Timestamp,
  service: ServiceName.optional(),
  deployId: z.int().positive().optional(),
  buildId: z.int().positive().optional(),
  hostId: AgentId.optional(),
}

export const Event = z.discriminatedUnion('kind', [
  kinds[0].extend(envelope),
  kinds[1].extend(envelope),
  kinds[2].extend(envelope),
  kinds[3].extend(envelope),
  kinds[4].extend(envelope),
  kinds[5].extend(envelope),
  kinds[6].extend(envelope),
])
export type Event = z.infer<typeof Event>

/** An event that has not been given its place in the list yet. */
export type NewEvent = Event extends infer E ? (E extends Event ? Omit<E, 'seq' | 'at'> : never) : never
