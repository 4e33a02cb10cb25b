import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { ClusterName, ServiceName } from '../domain/names.ts'
import { NotificationFormat, NotifiedOutcome } from '../domain/notification.ts'
import { why } from './common.ts'
import { defineRoute } from './route.ts'

export const NotifierName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'a notifier’s name is 1 to 63 lower-case letters, digits and dashes, and starts with a letter or digit',
  )

/** Plain http only to this machine: what is told and how it is signed must not be read on the way. */
const WebhookUrl = z
  .url({
    protocol: /^https?$/,
    error: 'a webhook is https://…, or http://… on the tracker’s own machine',
  })
  .max(2000)
  .refine(
    (url) =>
      /^https:/i.test(url) || /^http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?([/?]|$)/i.test(url),
    { error: 'a webhook is https://…, or http://… on the tracker’s own machine', abort: true },
  )
  .refine(
    (url) => !/^[^/]*\/\/[^/?#]*@/.test(url),
    'a webhook must not hold a user name or password; what it gets is signed instead',
  )

const NewNotifier = z.strictObject({
  name: NotifierName,
  /** Shown to nobody again, as it may be all that it takes to write there. */
  url: WebhookUrl,
  format: NotificationFormat.default('json'),
  /** Only of this service, and only of deploys with a host of this cluster. */
  service: ServiceName.optional(),
  cluster: ClusterName.optional(),
  on: z
    .array(NotifiedOutcome)
    .min(1)
    .max(NotifiedOutcome.options.length)
    .default([...NotifiedOutcome.options]),
})

/** Somewhere that is told how deploys end. */
export const NotifierView = NewNotifier.omit({ url: true }).extend({
  /** Its URL without the path: `https://hooks.slack.com`. */
  host: z.string(),
  createdBy: z.string(),
  createdAt: Timestamp,
  /** When it was last told something. */
  toldAt: Timestamp.optional(),
  /** Since when nothing arrives, and why not: while that is so. */
  failing: z.strictObject({ since: Timestamp, error: z.string() }).optional(),
  /** How many notifications were given up, a day after what they were about. */
  givenUp: z.int().nonnegative(),
})
export type NotifierView = z.infer<typeof NotifierView>

export const listNotifiers = defineRoute({
  method: 'GET',
  path: '/api/v1/notifiers',
  summary: 'Who is told how deploys end, by name, and whether that arrives',
  access: 'token',
  response: z.strictObject({ notifiers: z.array(NotifierView) }),
})

export const addNotifier = defineRoute({
  method: 'POST',
  action: 'notifier.add',
  path: '/api/v1/notifiers',
  summary: 'Tell a webhook, from now on, how deploys end',
  access: 'token',
  body: NewNotifier.extend(why),
  response: NotifierView.extend({
    /** The key of its signatures: shown this once. */
    secret: z.string(),
  }),
  successStatus: 201,
})

const params = z.strictObject({ name: NotifierName })

export const removeNotifier = defineRoute({
  method: 'DELETE',
  action: 'notifier.remove',
  path: '/api/v1/notifiers/:name',
  summary: 'Tell a webhook nothing more; answers which it was',
  access: 'token',
  params,
  response: NotifierView,
})

export const testNotifier = defineRoute({
  method: 'POST',
  action: 'notifier.test',
  path: '/api/v1/notifiers/:name/test',
  summary:
    'Send a webhook a test, and say whether it arrived; what waits for it is tried again at once if so',
  access: 'token',
  params,
  response: z.strictObject({
    /** Why it did not arrive. */
    error: z.string().optional(),
  }),
})
