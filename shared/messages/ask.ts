import * as z from 'zod'
import { ArtifactRef } from '../domain/artifact.ts'
import { ServiceName } from '../domain/names.ts'
import { Room } from '../domain/room.ts'
import { defineCall, defineMessage } from './define.ts'
import { ServiceReport } from './version-report.ts'

const QuestionId = z.uuid()

/** What a host has to know of a release to say what would come of it. */
export const ReleaseToCome = ArtifactRef.pick({ digest: true, size: true, unpackedSize: true, entries: true })
export type ReleaseToCome = z.infer<typeof ReleaseToCome>

export const questionMessage = defineMessage({
  name: 'question',
  summary:
    'tracker -> one grabber, for a plan: what have you of this service now, and what would come of this release? Nothing is touched; whoever does not answer within some 2 s is taken for silent',
  subject: 'at.v1.ask.{host}',
  payload: z.strictObject({
    v: z.literal(1),
    id: QuestionId,
    service: ServiceName,
    /** Absent while it is still to be built. */
    release: ReleaseToCome.optional(),
  }),
  example: {
    v: 1,
    id: '3f0e6f0a-0000-4000-8000-000000000000',
    service: 'web',
    release: { digest: 'a'.repeat(64), size: 10_400_000, unpackedSize: 32_000_000, entries: 1865 },
  },
})
export type Question = z.output<typeof questionMessage.payload>

/** A call, as the tracker hears hosts by calls alone: its publishing user may not listen. */
export const answerCall = defineCall({
  name: 'answer',
  summary: 'grabber -> tracker: the answer to a question; one that comes too late is dropped',
  subject: 'at.v1.rpc.{host}.answer',
  request: z.strictObject({
    v: z.literal(1),
    id: QuestionId,
    ...ServiceReport.pick({ current: true, version: true, running: true, config: true }).shape,
    /** Bytes that it would fetch: none when the release lies there already. Absent when none was asked about. */
    pulls: z.int().nonnegative().optional(),
    room: Room,
    /** What would keep the release from being installed now, in one sentence. */
    refusal: z.string().max(2000).optional(),
  }),
  reply: z.strictObject({ v: z.literal(1) }),
  example: {
    request: {
      v: 1,
      id: '3f0e6f0a-0000-4000-8000-000000000000',
      current: 'b'.repeat(64),
      version: 'v1',
      running: 'b'.repeat(64),
      pulls: 10_400_000,
      room: {
        services: { free: 40_000_000_000, needed: 64_065_536 },
        state: { free: 4_000_000_000, needed: 65_536 },
      },
    },
    reply: { v: 1 },
  },
})
export type HostAnswer = z.output<typeof answerCall.request>
