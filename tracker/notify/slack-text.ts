import type { Notification, NotifiedOutcome } from '../../shared/domain/notification.ts'

const signs: Readonly<Record<NotifiedOutcome, string>> = {
  succeeded: '✓',
  partial: '!',
  'rolled-back': '✗',
  failed: '✗',
  cancelled: '✗',
  paused: '‖',
}

/** A notification in two lines of Slack's own markup. */
export const slackTextOf = (notification: Notification): string => {
  const { text, who, url } = notification
  if (notification.kind === 'test')
    return `${escaped(text)}\n<${url}|AppTracker>, asked for by ${escaped(who)}`
  const { outcome, deployId, reason } = notification
  const why = reason === undefined ? '' : `: ${reason}`
  return `${signs[outcome]} *${outcome}*  ${escaped(text)}\n<${url}|Deploy ${deployId}> by ${escaped(who + why)}`
}

/** Nothing in it is markup, a link, or calls a whole channel. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
