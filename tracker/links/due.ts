import type { Link } from '../db/links.ts'
import type { Tables } from '../db/store.ts'

/** A service whose bases have new artifacts. */
export interface Due {
  readonly service: string
  /** All of its links: one build serves them together. */
  readonly links: readonly Link[]
}

/**
 * The services whose turn it is. Those whose bases are still being built, or are to be, wait for that: so of a tree of links
 * each is built once, after all that it stands on. So does one that is being built just now, which may have begun before.
 */
export const dueServices = (tables: Pick<Tables, 'links' | 'builds'>): Due[] => {
  const links = tables.links.list()
  const running = new Set(tables.builds.running().map(({ service }) => service))
  const stale = new Set(links.filter(isStale).map(({ service }) => service))
  const isUnsettled = (service: string): boolean => running.has(service) || stale.has(service)
  return [...stale]
    .map((service) => ({ service, links: links.filter((link) => link.service === service) }))
    .filter((due) => !running.has(due.service) && !due.links.some(({ base }) => isUnsettled(base)))
}

/** The services for which a link has a build waiting that has not begun: it will be made of what their bases are by then. */
export const servedServices = (tables: Pick<Tables, 'links' | 'builds'>): Due[] => {
  const waiting = tables.builds.running().filter(({ state, cause }) => state === 'queued' && cause === 'link')
  const services = new Set(waiting.map(({ service }) => service))
  const stale = tables.links.list().filter((link) => services.has(link.service) && isStale(link))
  return stale.map((link) => ({ service: link.service, links: [link] }))
}

const isStale = ({ newest, builtFor }: Link): boolean => newest !== null && newest !== builtFor
