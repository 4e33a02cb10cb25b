import { markProvenHealthy } from '../../releases/marker.ts'
import type { Step } from '../install.ts'

/** Writes down that the release proved healthy here, so that a later failure may go back to it. */
export const commit: Step = {
  name: 'commit',
  run: ({ host, order, entry }) => markProvenHealthy(host.paths, order.service, entry.next, Date.now()),
}
