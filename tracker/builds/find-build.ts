import { PersonError } from '../../shared/errors.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Tables } from '../db/store.ts'

/** Throws `not-found` unless there is such a build. */
export const requireBuild = ({ builds }: Pick<Tables, 'builds'>, id: number): BuildRow => {
  const build = builds.get(id)
  if (build) return build
  throw new PersonError('not-found', `There is no build ${id}.`, { hint: 'See `tracker builds`.' })
}
