import type { DeliveryView, HookView } from '../../shared/api/hooks.ts'
import type { Delivery } from '../db/deliveries.ts'
import type { Hook } from '../db/hooks.ts'
import type { Tables } from '../db/store.ts'

/** A hook as the API shows it: nothing of it that is secret. */
export const hookViewOf = (
  { deliveries }: Pick<Tables, 'deliveries'>,
  hook: Hook,
  trackerUrl: string,
): HookView => {
  const [last] = deliveries.list(hook.id, 1)
  return {
    name: hook.name,
    service: hook.service,
    from: hook.source,
    branches: [...hook.branches],
    tags: [...hook.tags],
    paths: [...hook.paths],
    ...(hook.deploy === null ? {} : { deploy: hook.deploy }),
    createdBy: hook.createdBy,
    createdAt: hook.createdAt,
    ...(last === undefined ? {} : { lastDelivery: deliveryViewOf(last, trackerUrl) }),
    ...(hook.refusedAt === null || hook.refusal === null
      ? {}
      : { refused: { at: hook.refusedAt, why: hook.refusal } }),
    ...statusesOf(hook),
  }
}

const statusesOf = (hook: Hook): Pick<HookView, 'statuses'> => {
  const { statusesTo, statusSentAt: sentAt, statusFailingSince: since, statusError: error } = hook
  if (statusesTo === null) return {}
  return {
    statuses: {
      to: new URL(statusesTo).origin,
      ...(sentAt === null ? {} : { sentAt }),
      ...(since === null || error === null ? {} : { failing: { since, error } }),
    },
  }
}

export const deliveryViewOf = (delivery: Delivery, trackerUrl: string): DeliveryView => {
  const { buildId, buildState, deployId, deployState } = delivery
  return {
    id: delivery.id,
    at: delivery.at,
    what: delivery.what,
    state: delivery.state,
    ...(delivery.why === null ? {} : { why: delivery.why }),
    ...(delivery.version === null ? {} : { version: delivery.version }),
    ...(delivery.commit === null ? {} : { commit: delivery.commit }),
    ...(buildId === null || buildState === null
      ? {}
      : { build: { id: buildId, state: buildState, url: `${trackerUrl}/builds/${buildId}` } }),
    ...(deployId === null || deployState === null
      ? {}
      : { deploy: { id: deployId, state: deployState, url: `${trackerUrl}/deploys/${deployId}` } }),
  }
}
