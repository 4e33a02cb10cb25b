import { listEvents, type EventFilter } from '../../../shared/api/events.ts'
import type { Event } from '../../../shared/domain/event.ts'
import { call, type Session } from '../session.ts'

const pageSize = 1000

/** Everything that happened after a seq, page by page. */
export const eventsAfter = async (
  session: Session,
  filter: EventFilter,
  since: number,
  signal?: AbortSignal,
): Promise<Event[]> => {
  const found: Event[] = []
  for (let after = since; ;) {
    const query = { ...filter, since: after, limit: pageSize }
    const { events } = await call(session, listEvents, { query }, undefined, signal)
    found.push(...events)
    const last = events.at(-1)
    if (events.length < pageSize || !last) return found
    after = last.seq
  }
}
