import * as z from 'zod'
import { Event } from '../domain/event.ts'
import { AgentId } from '../domain/names.ts'
import { Limit } from './common.ts'
import { defineRoute } from './route.ts'

/** What part of the list of events somebody wants. */
export const EventFilter = z.strictObject({
  deploy: z.coerce.number().int().positive().optional(),
  build: z.coerce.number().int().positive().optional(),
  host: AgentId.optional(),
})
export type EventFilter = z.infer<typeof EventFilter>

export const listEvents = defineRoute({
  method: 'GET',
  path: '/api/v1/events',
  summary: 'What happened, oldest first, after a seq',
  access: 'token',
  query: EventFilter.extend({
    since: z.coerce.number().int().nonnegative().default(0),
    limit: Limit.default(500),
  }),
  response: z.strictObject({
    events: z.array(Event),
    /** The newest seq there is; ask again from the last event's while it is lower. */
    latest: z.int().nonnegative(),
  }),
})

/**
 * The live feed: a WebSocket at this path with `?since=<seq>` and an event filter. It sends frames, oldest events first:
 * all after `since`, then new ones as they are stored, some times a second. `latest` is the seq up to which the frame is
 * complete, so a client that reconnects with `?since=<latest>` misses nothing and sees nothing twice.
 */
export const feedPath = '/api/v1/feed'

export const FeedQuery = EventFilter.extend({
  /** Left out: from now on. */
  since: z.coerce.number().int().nonnegative().optional(),
})

export const FeedFrame = z.strictObject({
  events: z.array(Event),
  latest: z.int().nonnegative(),
})
export type FeedFrame = z.infer<typeof FeedFrame>
