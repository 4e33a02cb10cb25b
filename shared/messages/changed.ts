import * as z from 'zod'
import { Commit } from '../domain/names.ts'
import { Source } from './build.ts'
import { defineCall } from './define.ts'

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
