import { PersonError } from '../../shared/errors.ts'
import { GitError } from './git.ts'
import { gitIn, remoteHead, type Repo } from './repo.ts'

export interface ResolvedRef {
  readonly commit: string
  /** Milliseconds since the epoch. */
  readonly committedAt: number
  /** First line of the commit's message. */
  readonly subject: string
  /** The tag, if the ref is one; else the first ten digits of the commit. */
  readonly version: string
}

/**
 * Which commit a ref is: a tag, else a branch, else HEAD, else a commit; of a full name (`refs/heads/main`) just that. Throws
 * `not-found`, naming some tags there are.
 */
export const resolveRef = async (repo: Repo, ref: string): Promise<ResolvedRef> => {
  const [, kind = 'any', name = ref] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? []
  const tagged = kind === 'heads' ? undefined : await commitOf(repo, `refs/tags/${name}`)
  const branch = kind === 'tags' ? undefined : await commitOf(repo, `refs/heads/${name}`)
  const commit = tagged ?? branch ?? (await commitBehind(repo, ref))
  if (commit === undefined) throw await noSuchRef(repo, ref)
  return {
    commit,
    ...(await describeCommit(repo, commit)),
    version: tagged === undefined ? commit.slice(0, 10) : name,
  }
}

export const describeCommit = async (
  repo: Repo,
  commit: string,
): Promise<Pick<ResolvedRef, 'committedAt' | 'subject'>> => {
  const shown = await gitIn(repo, ['show', '--no-patch', '--format=%ct%n%s', '--end-of-options', commit])
  const [seconds = '0', subject = ''] = shown.split('\n')
  return { committedAt: Number(seconds) * 1000, subject: subject.replace(/\p{C}/gu, ' ').slice(0, 200) }
}

const commitBehind = (repo: Repo, ref: string): Promise<string | undefined> => {
  if (ref === 'HEAD') return commitOf(repo, remoteHead)
  return /^[0-9a-f]{7,40}$/.test(ref) ? commitOf(repo, ref) : Promise.resolve(undefined)
}

const commitOf = async (repo: Repo, name: string): Promise<string | undefined> => {
  try {
    return (
      await gitIn(repo, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])
    ).trim()
  } catch (error) {
    if (error instanceof GitError) return undefined
    throw error
  }
}

const noSuchRef = async (repo: Repo, ref: string): Promise<PersonError> => {
  const tags = await newest(repo, 'refs/tags')
  const branches = await newest(repo, 'refs/heads')
  const there = [
    ...(tags.length > 0 ? [`Newest tags: ${tags.join(', ')}.`] : []),
    ...(branches.length > 0 ? [`Branches: ${branches.join(', ')}.`] : ['The repo has no commits yet.']),
  ]
  return new PersonError('not-found', `There is no branch, tag or commit '${ref}' in ${repo.url}.`, {
    hint: there.join(' '),
    field: 'ref',
  })
}

const newest = async (repo: Repo, prefix: string): Promise<string[]> => {
  const listed = await gitIn(repo, [
    'for-each-ref',
    '--count=5',
    '--sort=-creatordate',
    '--format=%(refname:lstrip=2)',
    prefix,
  ])
  return listed.split('\n').filter((name) => name !== '')
}
