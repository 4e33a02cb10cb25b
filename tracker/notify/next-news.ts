import type { NotifiedOutcome } from '../../shared/domain/notification.ts'
import type { Deploy } from '../db/deploys.ts'
import type { DeployEvent } from '../db/events.ts'
import type { Notifier } from '../db/notifiers.ts'
import type { Tables } from '../db/store.ts'
import { outcomeIn } from './notification.ts'

const lookedAtOnce = 100

/** An event that a notifier is to be told of. */
export interface News {
  readonly event: DeployEvent
  readonly outcome: NotifiedOutcome
  readonly deploy: Deploy
}

/**
 * The first news for a notifier after a seq. Without any: up to where there is none, and whether there are events behind that
 * were not looked at yet.
 */
export const nextNews = (
  tables: Tables,
  notifier: Notifier,
  since: number,
): { readonly news: News } | { readonly noneThrough: number; readonly isAll: boolean } => {
  const events = tables.events.ofDeploys(since, lookedAtOnce)
  for (const event of events) {
    const news = newsFor(tables, notifier, event)
    if (news) return { news }
  }
  return { noneThrough: events.at(-1)?.seq ?? since, isAll: events.length < lookedAtOnce }
}

const newsFor = (tables: Tables, notifier: Notifier, event: DeployEvent): News | undefined => {
  const outcome = outcomeIn(event)
  if (outcome === undefined || !notifier.outcomes.includes(outcome)) return undefined
  if (notifier.service !== null && notifier.service !== event.service) return undefined
  const deploy = event.deployId === undefined ? undefined : tables.deploys.get(event.deployId)
  if (!deploy) return undefined
  if (notifier.cluster !== null && !tables.targets.clusters(deploy.id).includes(notifier.cluster))
    return undefined
  return { event, outcome, deploy }
}
