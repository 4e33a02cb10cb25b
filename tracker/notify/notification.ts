import { NotifiedOutcome, type DeployNotification } from '../../shared/domain/notification.ts'
import { safeText } from '../../shared/terminal-text.ts'
import type { Deploy } from '../db/deploys.ts'
import type { DeployEvent } from '../db/events.ts'
import { sentenceOf } from './sentence.ts'

/** Errors come from hosts and their services. */
const maxWhyLength = 1000

/** What is told of an event; nothing of most, nor of a pause that somebody asked for: that is no news. */
export const outcomeIn = ({ data: { state, by } }: DeployEvent): NotifiedOutcome | undefined =>
  state === 'paused' && by !== undefined ? undefined : NotifiedOutcome.safeParse(state).data

/**
 * What is told of a deploy: made of the event and of what never changes of a deploy, so that it is the same however late it
 * is told, and each time that it is.
 */
export const notificationOf = (
  { at, data: { reason: why, by, counts = {} } }: DeployEvent,
  outcome: NotifiedOutcome,
  deploy: Deploy,
  trackerUrl: string,
): DeployNotification => {
  const told = {
    service: deploy.service,
    version: deploy.version,
    outcome,
    ...(why === undefined ? {} : { why: shortened(safeText(why)) }),
    counts,
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    ...(deploy.retryOf === null ? {} : { retryOf: deploy.retryOf }),
    ...(deploy.rollbackOf === null ? {} : { rollbackOf: deploy.rollbackOf }),
  }
  return {
    v: 1,
    kind: 'deploy',
    deployId: deploy.id,
    ...told,
    text: sentenceOf(told),
    who: deploy.createdBy,
    ...(deploy.reason === null ? {} : { reason: deploy.reason }),
    ...(by === undefined ? {} : { by }),
    url: `${trackerUrl}/deploys/${deploy.id}`,
    at,
  }
}

const shortened = (text: string): string =>
  text.length <= maxWhyLength ? text : `${text.slice(0, maxWhyLength - 1)}…`
