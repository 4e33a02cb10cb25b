import * as z from 'zod'
import { BuiltBy } from '../domain/artifact.ts'
import { CommitSpan } from '../domain/commit-span.ts'
import { Timestamp } from '../domain/event.ts'
import { Commit, Digest, Labels, Ref, ServiceName, Version } from '../domain/names.ts'
import { defaultRollout, Rollout } from '../domain/rollout.ts'
import { defineCall } from './define.ts'

/** Where a service's code is. */
export const Source = z.strictObject({
  service: ServiceName,
  repo: z.string().min(1).max(2000),
  path: z.string().max(500),
})
export type Source = z.infer<typeof Source>

/** For tests and docs. */
export const exampleSource = { service: 'web', repo: 'https://git.example/web.git', path: '.' }

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

export const changedCall = defineCall({
  name: 'changed',
  summary:
    'tracker -> any packer, for a push: whether anything that the globs name differs between two commits; not known where the repo has one of them no longer',
  subject: 'at.v1.changed',
  request: z.strictObject({
    v: z.literal(1),
    source: Source,
    from: Commit,
    to: Commit,
    /** From the top of the repo, not from the service's path. */
    globs: z.array(z.string().min(1).max(600)).min(1).max(100),
  }),
  reply: z.strictObject({
    v: z.literal(1),
    known: z.boolean(),
    /** One of the paths that differ; absent when none does. */
    path: z.string().max(4096).optional(),
  }),
  example: {
    request: {
      v: 1,
      source: { service: 'web', repo: 'https://git.example/shop.git', path: 'web' },
      from: 'a'.repeat(40),
      to: 'b'.repeat(40),
      globs: ['web/**', 'package-lock.json'],
    },
    reply: { v: 1, known: true, path: 'web/server.js' },
  },
})
