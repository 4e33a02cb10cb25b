import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { InstallState } from '../domain/install-state.ts'
import { ServiceName } from '../domain/names.ts'
import { defineCall } from './define.ts'

export const maxOutputLines = 200
export const maxOutputLineLength = 500

/** One step of one order on one host. `id` is unique per host, so that a repeated delivery changes nothing. */
export const HostEvent = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  at: Timestamp,
  service: ServiceName,
  deployId: z.int().positive(),
  /** Of the order that this step belongs to. */
  seq: z.int().positive(),
  state: InstallState,
  tookMs: z.int().nonnegative().optional(),
  error: z.string().max(2000).optional(),
  output: z.array(z.string().max(maxOutputLineLength)).max(maxOutputLines).optional(),
})
export type HostEvent = z.infer<typeof HostEvent>

export const hostEventsCall = defineCall({
  name: 'events',
  summary: 'grabber -> tracker: steps that happened, oldest first; the reply is sent once they are stored',
  subject: 'at.v1.rpc.{host}.events',
  request: z.strictObject({ v: z.literal(1), events: z.array(HostEvent).min(1).max(100) }),
  reply: z.strictObject({ v: z.literal(1) }),
  example: {
    request: {
      v: 1,
      events: [
        {
          id: '5f0c-17',
          at: 1_790_000_000_000,
          service: 'web',
          deployId: 12,
          seq: 3,
          state: 'staged',
          tookMs: 94,
        },
      ],
    },
    reply: { v: 1 },
  },
})
