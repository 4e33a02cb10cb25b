import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { ServiceName } from '../domain/names.ts'
import { Limit, Moment } from './common.ts'
import { defineRoute } from './route.ts'

/** One change that somebody made. Rows are written together with the change, and never changed or removed. */
export const AuditEntry = z.strictObject({
  id: z.int().positive(),
  at: Timestamp,
  /** The name of the token; of a redeemed enrolment, the agent that redeemed it. */
  who: z.string(),
  action: z.string(),
  /** What it was done to: `deploy 12`, `service web`, `host web-1.prod`. */
  subject: z.string(),
  service: ServiceName.optional(),
  /** Why, in the words of whoever did it. */
  reason: z.string().optional(),
  /** The IP address that the call came from, as a proxy on the tracker's machine has it. */
  address: z.string(),
  /** What the caller calls itself: `tracker/0.1.0` is the command line, `Mozilla/5.0 …` the page. */
  client: z.string().optional(),
  /** The call's Idempotency-Key; made up by the tracker when there was none. */
  requestId: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

const Text = z.string().min(1).max(300)

export const listAudit = defineRoute({
  method: 'GET',
  path: '/api/v1/audit',
  summary: 'Who changed what, newest first',
  access: 'token',
  query: z.strictObject({
    who: Text.optional(),
    action: Text.optional(),
    subject: Text.optional(),
    service: ServiceName.optional(),
    since: Moment.optional(),
    until: Moment.optional(),
    /** Only rows older than this id: the next page. */
    before: z.coerce.number().int().positive().optional(),
    limit: Limit.default(50),
  }),
  response: z.strictObject({ entries: z.array(AuditEntry) }),
})
