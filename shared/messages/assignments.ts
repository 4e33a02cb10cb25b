import * as z from 'zod'
import { ServiceName } from '../domain/names.ts'
import { defineCall, defineMessage } from './define.ts'
import { exampleSignedOrder, SignedOrder } from './order.ts'

/** One small message however many hosts: an order is never precious, because each host can ask for all of its own. */
export const lookNowMessage = defineMessage({
  name: 'look-now',
  summary:
    'tracker -> all grabbers of a cluster: something changed, ask for your assignments; after a restart also: what you asked before is lost, ask and tell again',
  subject: 'at.v1.cluster.{cluster}',
  payload: z.strictObject({ v: z.literal(1), restarted: z.boolean().default(false) }),
  example: { v: 1, restarted: true },
})

export const assignmentsCall = defineCall({
  name: 'assignments',
  summary:
    'grabber -> tracker: all that this host should have, one fresh signed order per service, as many as fit into a message',
  subject: 'at.v1.rpc.{host}.assignments',
  /** `after`: those of the services that come after it, in the order of their names. */
  request: z.strictObject({ v: z.literal(1), after: ServiceName.optional() }),
  /** `next`: there are more, after it. */
  reply: z.strictObject({
    v: z.literal(1),
    orders: z.array(SignedOrder).max(1000),
    next: ServiceName.optional(),
  }),
  example: { request: { v: 1 }, reply: { v: 1, orders: [exampleSignedOrder] } },
})
