import type * as z from 'zod'
import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { hasLabels, labelsText, type Labels } from '../../shared/domain/names.ts'
import { PersonError } from '../../shared/errors.ts'
import {
  compareCall,
  resolveAtCall,
  resolveCall,
  type Resolved,
  type Source,
  changedCall,
} from '../../shared/messages/sources.ts'
import { askAgain } from './ask-again.ts'
import type { PresentPacker } from './packers.ts'

export type Compared = z.output<typeof compareCall.reply>

/** The way to the packers. */
export type Calls = Pick<NatsBus, 'call'>

const resolveWithinMs = 60_000
const compareWithinMs = 5000

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

/** What lies between commits and another one; those that nobody has any more are left out. Throws when no packer says it in time. */
export const compareCommits = async (
  bus: Calls,
  source: Source,
  from: readonly string[],
  to: string,
): Promise<Compared['spans']> =>
  (await bus.call(compareCall, {}, { v: 1, source, from: [...from], to }, compareWithinMs)).spans

/** Whether anything that globs name, from the top of the repo, differs between two commits; undefined when that is not known. */
export const hasChanged = async (
  bus: Calls,
  source: Source,
  from: string,
  to: string,
  globs: readonly string[],
): Promise<boolean | undefined> => {
  const request = { v: 1 as const, source, from, to, globs: [...globs] }
  const { known, path } = await bus.call(changedCall, {}, request, compareWithinMs)
  return known ? path !== undefined : undefined
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
