import { openOrder } from '../../shared/signing/orders.ts'
import { PersonError } from '../../shared/errors.ts'
import type { JournalEntry } from '../../shared/host/journal.ts'
import { bootId } from '../../shared/host/process.ts'
import type { Order, SignedOrder } from '../../shared/messages/order.ts'
import { lastProven, listReleases } from '../releases/retention.ts'
import { currentEdition, isProven, wantedBy } from './editions.ts'
import type { Host } from './host.ts'

/** The order, if it was signed by this host's tracker and is for this host. Throws `forbidden` otherwise. */
export const openOwnOrder = (host: Host, signed: SignedOrder): Order => {
  const order = openOrder(signed, host.orderKey)
  if (order.host !== host.id)
    throw new PersonError('forbidden', `An order for host ${order.host} came to host ${host.id}.`)
  return order
}

/** Asked once, at acceptance: an order that was accepted in time is carried through however long it takes. */
export const isExpired = (order: Order, now: number): boolean => now > order.expiresAt

export const expired = (order: Order, now: number): PersonError =>
  new PersonError(
    'invalid',
    `Order ${order.seq} expired at ${new Date(order.expiresAt).toISOString()}; this host's clock says ${new Date(now).toISOString()}.`,
    { hint: 'Check the clocks of this host and of the tracker.' },
  )

/** The highest number accepted so far: what is not above it is old. Numbers of another enrolment do not count. */
export const lastAccepted = (host: Host, entry: JournalEntry | undefined): number =>
  entry?.host === host.id ? entry.seq : 0

/** The first entry of an order's journal, with the way back as it is before anything is done. */
export const firstEntry = async (
  host: Host,
  signed: SignedOrder,
  order: Order,
  last: JournalEntry | undefined,
  now: number,
): Promise<JournalEntry> => ({
  order: signed,
  host: host.id,
  seq: order.seq,
  deployId: order.deployId,
  phase: order.phase,
  state: 'assigned',
  changedAt: now,
  next: wantedBy(order),
  ...(await wayBack(host, order.service, last)),
  attempts: 0,
  bootId: bootId(),
})

/** What to go back to is what is current, unless that never proved healthy: then the last that did. */
const wayBack = async (
  { paths }: Host,
  service: string,
  last: JournalEntry | undefined,
): Promise<Pick<JournalEntry, 'replaces' | 'previous'>> => {
  const replaces = await currentEdition(paths, service, last).catch(() => undefined)
  if (replaces === undefined) return {}
  const previous = (await isProven(paths, service, replaces))
    ? replaces
    : lastProven(await listReleases(paths, service))
  return { replaces, ...(previous === undefined ? {} : { previous }) }
}
