import type { EventFilter, FeedFrame } from '../../shared/api/events.ts'
import type { Event } from '../../shared/domain/event.ts'
import type { Store } from '../db/store.ts'

const keep = 5000
const pageSize = 500

/**
 * The newest events in memory, so that many followers of the feed cost one read of each event; who is further behind is
 * served from the database, page by page.
 */
export class EventWindow {
  readonly #store: Store
  #recent: Event[] = []
  /** Everything after this seq is in `#recent`. */
  #from: number

  constructor(store: Store) {
    this.#store = store
    this.#from = store.read.events.latest()
    store.onEvents((events) => this.#add(events))
  }

  get latest(): number {
    return this.#recent.at(-1)?.seq ?? this.#from
  }

  /** What comes after `since`, a page at most; `latest` says how far the frame is complete. */
  after(since: number, filter: EventFilter): FeedFrame {
    const latest = this.latest
    const events =
      since < this.#from ? this.#store.read.events.list(filter, since, pageSize) : this.#select(since, filter)
    const last = events.at(-1)
    return { events, latest: events.length === pageSize && last ? last.seq : latest }
  }

  #select(since: number, filter: EventFilter): Event[] {
    const buildId =
      filter.deploy === undefined ? undefined : this.#store.read.deploys.get(filter.deploy)?.buildId
    const selected: Event[] = []
    for (
      let index = this.#indexAfter(since);
      index < this.#recent.length && selected.length < pageSize;
      index++
    ) {
      const event = this.#recent[index]
      if (event && isWanted(event, filter, buildId ?? undefined)) selected.push(event)
    }
    return selected
  }

  #indexAfter(since: number): number {
    let low = 0
    let high = this.#recent.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#recent[middle]?.seq ?? 0) <= since) low = middle + 1
      else high = middle
    }
    return low
  }

  #add(events: readonly Event[]): void {
    this.#recent.push(...events)
    if (this.#recent.length < keep * 2) return
    const dropped = this.#recent.splice(0, this.#recent.length - keep)
    this.#from = dropped.at(-1)?.seq ?? this.#from
  }
}

const isWanted = (event: Event, filter: EventFilter, buildOfDeploy: number | undefined): boolean =>
  (filter.deploy === undefined ||
    event.deployId === filter.deploy ||
    (event.buildId !== undefined && event.buildId === buildOfDeploy)) &&
  (filter.build === undefined || event.buildId === filter.build) &&
  (filter.host === undefined || event.hostId === filter.host)
