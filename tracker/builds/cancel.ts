import { PersonError } from '../../shared/errors.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Writing } from '../db/store.ts'
import { requireBuild } from './find-build.ts'
import { cancelBuild, hasEnded } from './move-build.ts'

/** Ends a build that nobody needs any more; asked for again, nothing more happens. Throws `conflict` when it has ended otherwise. */
export const cancel = (writing: Writing, id: number, by: string, reason: string | undefined): BuildRow => {
  const build = requireBuild(writing, id)
  if (build.state === 'cancelled') return build
  if (hasEnded(build)) throw ended(build)
  cancelBuild(writing, build, `Cancelled by ${by}${reason === undefined ? '' : `: ${reason}`}.`)
  return requireBuild(writing, id)
}

const ended = ({ id, state }: BuildRow): PersonError =>
  new PersonError('conflict', `Build ${id} has ended: it is ${state}.`, {
    hint:
      state === 'built' ? 'An artifact that is not deployed does no harm.' : 'There is nothing to cancel.',
  })
