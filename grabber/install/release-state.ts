import { isSameEdition } from '../../shared/host/edition.ts'
import { readCurrent, readMarker } from '../../shared/host/release.ts'
import type { Order } from '../../shared/messages/order.ts'
import { isProven, wantedBy } from './editions.ts'
import type { Host } from './host.ts'
import type { Install } from './install.ts'

/** Whether the release of an order is on the disk, whole. */
export const isStaged = async ({ host, order }: Install): Promise<boolean> =>
  (await readMarker(host.paths, order.service, order.artifact.digest)) !== undefined

/** Whether the order is fulfilled already: `current`, the process and its proof of health all say so. */
export const runsAlready = async ({ paths, supervisor }: Host, order: Order): Promise<boolean> => {
  const { service, artifact } = order
  const isCurrent = (await readCurrent(paths, service).catch(() => undefined)) === artifact.digest
  const isRunning = isSameEdition(supervisor.find(service), wantedBy(order))
  return isCurrent && isRunning && isProven(paths, service, wantedBy(order))
}
