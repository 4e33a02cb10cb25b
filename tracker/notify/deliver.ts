import type { Notification } from '../../shared/domain/notification.ts'
import type { Notifier } from '../db/notifiers.ts'
import { post } from './post.ts'
import { openWebhook } from './sealed-webhook.ts'
import { headersOf } from './signature.ts'
import { slackTextOf } from './slack-text.ts'

/** What it takes to deliver. */
export interface Delivering {
  /** Opens what is sealed of notifiers. */
  readonly key: string
  readonly now: () => number
  /** For one try, in ms. */
  readonly withinMs: number
}

/** Sends a notification once. `delivery` is its number: the same each time that it is sent. Throws why it did not arrive. */
export const deliver = async (
  { key, now, withinMs }: Delivering,
  notifier: Notifier,
  notification: Notification,
  delivery: string,
  signal: AbortSignal,
): Promise<void> => {
  const { url, secret } = openWebhook(notifier, key)
  const body = bodyOf(notifier, notification)
  await post({ url: new URL(url), headers: headersOf(body, delivery, secret, now()), body }, withinMs, signal)
}

const bodyOf = ({ format }: Notifier, notification: Notification): string =>
  JSON.stringify(format === 'slack' ? { text: slackTextOf(notification) } : notification)
