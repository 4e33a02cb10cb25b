import type { HookSource } from '../../../shared/domain/hook.ts'
import { PersonError } from '../../../shared/errors.ts'
import { repoPlace } from '../repo-place.ts'

export type Forge = Exclude<HookSource, 'generic' | 'trigger'>

/**
 * Where a forge takes the statuses of a repo's commits: all of the URL but the commit. Settled when a hook is added, so that
 * nobody can have the token sent elsewhere by giving the service another repo. Throws `invalid` where that cannot be known.
 */
export const statusesAddress = (source: HookSource, repo: string, forgeUrl: string | undefined): string => {
  if (source === 'generic' || source === 'trigger') {
    throw new PersonError('invalid', `A ${source} hook has no forge that takes statuses of commits.`, {
      field: 'statusToken',
      hint: 'Leave the token out, or say which forge it is: --from github, gitlab or gitea.',
    })
  }
  const place = repoPlace(repo)
  if (!place) {
    throw new PersonError('invalid', `${repo} does not say which repo of a forge it is.`, {
      field: 'statusToken',
      hint: 'Register the service with the repo’s address at the forge: https://HOST/OWNER/REPO.',
    })
  }
  return addresses[source]((forgeUrl ?? place.origin).replace(/\/+$/, ''), place.path)
}

const addresses: Readonly<Record<Forge, (forge: string, path: string) => string>> = {
  github: (forge, path) =>
    /^https:\/\/(www\.)?github\.com$/i.test(forge)
      ? `https://api.github.com/repos/${encoded(path)}/statuses/`
      : `${forge}/api/v3/repos/${encoded(path)}/statuses/`,
  gitlab: (forge, path) => `${forge}/api/v4/projects/${encodeURIComponent(path)}/statuses/`,
  gitea: (forge, path) => `${forge}/api/v1/repos/${encoded(path)}/statuses/`,
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')
