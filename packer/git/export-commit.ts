import { mkdir, rm } from 'node:fs/promises'
import { PersonError } from '../../shared/errors.ts'
import { gitIn, type Repo } from './repo.ts'

/** Writes all files of a commit into a new directory. Throws `invalid` when a submodule lies in `path`. */
export const exportCommit = async (repo: Repo, commit: string, path: string, into: string): Promise<void> => {
  await refuseSubmodules(repo, commit, path)
  await mkdir(into, { recursive: true })
  const index = `${into}.index`
  const env = { GIT_INDEX_FILE: index, GIT_WORK_TREE: into }
  try {
    await gitIn(repo, ['read-tree', '--end-of-options', commit], env)
    // Unlike `git archive`, this keeps files that .gitattributes marks for leaving out of archives.
    await gitIn(repo, ['checkout-index', '--all', '--force', '--quiet'], env)
  } finally {
    await rm(index, { force: true })
  }
}

const refuseSubmodules = async (repo: Repo, commit: string, path: string): Promise<void> => {
  const tree = await gitIn(
    repo,
    ['ls-tree', '-r', '-z', '--full-tree', commit, '--', path === '.' ? '' : path].filter(
      (arg) => arg !== '',
    ),
  )
  const submodule = tree
    .split('\0')
    .find((entry) => entry.startsWith('160000 '))
    ?.split('\t')[1]
  if (submodule === undefined) return
  throw new PersonError(
    'invalid',
    `${repo.url} has a submodule at ${submodule}, and submodules are not supported.`,
    {
      hint: 'Bring its code in as a package, or by git subtree.',
    },
  )
}
