import { hasLabels, labelsText } from '../../shared/domain/names.ts'
import type { BuildRow } from '../db/builds.ts'
import type { PresentPacker } from './packers.ts'

/** What a queued build waits for, in one sentence: the same conditions that hand builds out. */
export const waitsFor = (
  { id, service, labels }: Pick<BuildRow, 'id' | 'service' | 'labels'>,
  packers: readonly PresentPacker[],
  busy: readonly Pick<BuildRow, 'service' | 'packer'>[],
  hasDeclined: (build: number, packer: string) => boolean,
): string => {
  if (packers.length === 0) return 'No packer is there.'
  const which = Object.keys(labels).length === 0 ? 'packer' : `packer with ${labelsText(labels)}`
  const fitting = packers.filter((packer) => hasLabels(packer.labels, labels))
  if (fitting.length === 0) return `No ${which} is there.`
  const willing = fitting.filter((packer) => !hasDeclined(id, packer.id))
  if (willing.length === 0) return `Each ${which} would build it otherwise than it was asked for.`
  const held = (packer: PresentPacker) => busy.filter((build) => build.packer === packer.id)
  const free = willing.filter((packer) => held(packer).length < packer.capacity)
  if (free.length === 0) return `Each ${which} is full.`
  if (free.every((packer) => held(packer).some((build) => build.service === service)))
    return `Each ${which} that has room builds ${service} already, and does one build of a service at a time.`
  return 'A packer has room, and is being asked.'
}
