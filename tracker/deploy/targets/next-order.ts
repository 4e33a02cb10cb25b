import type { Phase } from '../../../shared/messages/order.ts'
import type { Deploy } from '../../db/deploys.ts'
import type { Edition } from '../../db/edition.ts'
import type { Writing } from '../../db/store.ts'

/** Assigns an edition to a host, under a seq above all that the host has ever accepted; returns that seq. */
export const nextOrder = (
  writing: Writing,
  { id: deployId, service }: Pick<Deploy, 'id' | 'service'>,
  hostId: string,
  phase: Phase,
  { digest, config }: Edition,
): number => {
  const report = writing.reports.get(hostId)?.services.find((entry) => entry.service === service)
  const accepted = report?.order?.seq ?? 0
  return writing.assignments.assign({ hostId, service, phase, digest, config, deployId, accepted })
}
