import * as z from 'zod'
import type { Notifier } from '../db/notifiers.ts'
import { seal, unseal } from '../sealed.ts'

/** What of a notifier nobody may see. */
const Webhook = z.strictObject({ url: z.string(), secret: z.string() })
type Webhook = z.infer<typeof Webhook>

export const sealWebhook = (webhook: Webhook, name: string, key: string): Buffer =>
  seal(webhook, key, aboutOf(name))

/** Throws when the tracker's key is not the one that it was sealed with. */
export const openWebhook = ({ sealed, name }: Notifier, key: string): Webhook => {
  try {
    return Webhook.parse(unseal(sealed, key, aboutOf(name)))
  } catch (error) {
    throw new Error('its URL cannot be read with the keys of this tracker: remove it and add it again', {
      cause: error,
    })
  }
}

const aboutOf = (name: string): string => `the webhook of notifier ${name}`
