import { PersonError } from '../../shared/errors.ts'
import { GitError } from './git.ts'
import { gitIn, type Repo } from './repo.ts'

/** A text file at a commit, or undefined when there is none. Throws `invalid` when it is larger than `maxBytes`. */
export const readFileAt = async (
  repo: Repo,
  commit: string,
  path: string,
  maxBytes: number,
): Promise<string | undefined> => {
  const size = await sizeOf(repo, commit, path)
  if (size === undefined) return undefined
  if (size > maxBytes) {
    throw new PersonError('invalid', `${path} is ${size} bytes, more than the ${maxBytes} that are allowed.`)
  }
  return gitIn(repo, ['cat-file', 'blob', `${commit}:${path}`])
}

const listing = ['--literal-pathspecs', 'ls-tree', '--long', '-z', '--full-tree']

const sizeOf = async (repo: Repo, commit: string, path: string): Promise<number | undefined> => {
  try {
    const listed = await gitIn(repo, [...listing, commit, '--', path])
    const [, size] = /^\d+ blob \w+ +(\d+)\t/.exec(listed) ?? []
    return size === undefined ? undefined : Number(size)
  } catch (error) {
    if (error instanceof GitError) return undefined
    throw error
  }
}
