import * as z from 'zod'
import { AgentId } from '../domain/names.ts'
import { defineCall } from './define.ts'

const Tool = z.enum(['git', 'node', 'npm', 'python'])

export const examinePackerCall = defineCall({
  name: 'examine-packer',
  summary: 'tracker -> every packer: what can you build with, and can you store what you build?',
  subject: 'at.v1.examine',
  request: z.strictObject({ v: z.literal(1) }),
  reply: z.strictObject({
    v: z.literal(1),
    packer: AgentId,
    /** Versions of the tools that are there. */
    tools: z.partialRecord(Tool, z.string().max(50)),
    /** Whether its builds run in one. */
    sandbox: z.boolean(),
    /** Bytes, where it builds. */
    freeRoom: z.number().nonnegative(),
    /** Why a tiny object could not be stored, found again and removed; absent when it could. */
    storeFault: z
      .strictObject({ message: z.string().max(2000), hint: z.string().max(2000).optional() })
      .optional(),
  }),
  example: {
    request: { v: 1 },
    reply: {
      v: 1,
      packer: 'p0123456789ab',
      tools: { git: '2.39.5', node: '20.20.0', npm: '10.8.2', python: '3.11.2' },
      sandbox: true,
      freeRoom: 40_000_000_000,
    },
  },
})
