import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { hasLabels, labelsText, type Labels } from '../../shared/domain/names.ts'
import { PersonError } from '../../shared/errors.ts'
import { resolveAtCall, resolveCall, type Resolved, type Source } from '../../shared/messages/sources.ts'
import { askAgain } from './ask-again.ts'
import type { PresentPacker } from './packers.ts'

/** The way to the packers. */
export type Calls = Pick<NatsBus, 'call'>

const resolveWithinMs = 60_000

/**
 * What commit a ref is now, and how it would be built: any packer is asked, and when its labels do not fit, one whose do.
 * Throws the packer's own PersonError for a bad ref or config, `unavailable` when none answers or fits.
 */
export const resolveRef = async (
  bus: Calls,
  source: Source,
  ref: string,
  present: () => readonly PresentPacker[],
): Promise<Resolved> => {
  const request = { v: 1 as const, source, ref }
  const ask = (withinMs: number) => bus.call(resolveCall, {}, request, withinMs)
  const answer = await askAgain(ask, resolveWithinMs).catch(explain)
  if (answer.here) return answer
  const fitting = present().find(({ labels }) => hasLabels(labels, answer.on))
  if (!fitting) throw noFittingPacker(source.service, answer.on, present())
  const second = await bus.call(resolveAtCall, { to: fitting.id }, request, resolveWithinMs).catch(explain)
  if (second.here) return second
  throw noFittingPacker(source.service, second.on, present())
}

const explain = (error: unknown): never => {
  throw error instanceof PersonError && error.code === 'unavailable' ? noPacker(error) : error
}

export const noPacker = (cause?: unknown): PersonError =>
  new PersonError('unavailable', 'No packer answers, so nothing can be built.', {
    hint: 'Start one with `packer run`, or deploy an artifact that exists by its digest: SERVICE@sha256:DIGEST.',
    cause,
  })

export const noFittingPacker = (
  service: string,
  wanted: Labels,
  present: readonly Pick<PresentPacker, 'labels'>[],
): PersonError => {
  const there = present.map(({ labels }) => labelsText(labels)).join('; ')
  return new PersonError(
    'unavailable',
    `No packer that answers has the labels ${labelsText(wanted)}, which build.on of ${service}’s service.yaml asks for; there are: ${there || 'none'}.`,
    { hint: 'Start one that has them (`tracker packers` shows all), or correct build.on.' },
  )
}
