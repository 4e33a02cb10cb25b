import type { NotifierView } from '../../shared/api/notifiers.ts'
import type { Notifier } from '../db/notifiers.ts'

/** A notifier as the API shows it: nothing of it that is secret. */
export const notifierViewOf = (notifier: Notifier): NotifierView => ({
  name: notifier.name,
  host: notifier.host,
  format: notifier.format,
  ...(notifier.service === null ? {} : { service: notifier.service }),
  ...(notifier.cluster === null ? {} : { cluster: notifier.cluster }),
  on: [...notifier.outcomes],
  createdBy: notifier.createdBy,
  createdAt: notifier.createdAt,
  ...(notifier.toldAt === null ? {} : { toldAt: notifier.toldAt }),
  ...(notifier.failingSince === null || notifier.error === null
    ? {}
    : { failing: { since: notifier.failingSince, error: notifier.error } }),
  givenUp: notifier.givenUp,
})
