import type { Service } from '../db/services.ts'
import type { Push } from './push.ts'
import { repoPlace } from './repo-place.ts'

/** What is to be said when a call speaks of another repo than the service has: only the latter is ever built. */
export const otherRepo = (
  { name, repo }: Pick<Service, 'name' | 'repo'>,
  { repos }: Pick<Push, 'repos'>,
): string | undefined => {
  const own = placeOf(repo)
  if (own === undefined || repos.length === 0 || repos.some((other) => placeOf(other) === own))
    return undefined
  return `It speaks of ${repos[0] ?? ''}; what is built is ${name}’s own repo, ${repo}.`
}

/** `git.example/ann/web`, however it is reached; undefined of a directory. */
const placeOf = (address: string): string | undefined => {
  const { host, path } = repoPlace(address) ?? {}
  return host === undefined || path === undefined ? undefined : `${host}/${path}`.toLowerCase()
}
