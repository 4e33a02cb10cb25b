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
  const name = `${commit}:${path}`
  const size = await sizeOf(repo, name)
  if (size === undefined) return undefined
  if (size > maxBytes) {
    throw new PersonError('invalid', `${path} is ${size} bytes, more than the ${maxBytes} that are allowed.`)
  }
  return gitIn(repo, ['cat-file', 'blob', name])
}

const sizeOf = async (repo: Repo, name: string): Promise<number | undefined> => {
  try {
    const type = await gitIn(repo, ['cat-file', '-t', name])
    return type.trim() === 'blob' ? Number(await gitIn(repo, ['cat-file', '-s', name])) : undefined
  } catch (error) {
    if (error instanceof GitError) return undefined
    throw error
  }
}
