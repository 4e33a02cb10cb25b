import { realpath, stat } from 'node:fs/promises'
import { relative } from 'node:path'
import { PersonError } from '../../shared/errors.ts'
import { git, GitError } from './git.ts'

/** A directory of a repo as somebody works on it. */
export interface WorkingTree {
  /** The repo's top directory. */
  readonly repo: string
  /** The directory inside of it; `.` for the top. */
  readonly path: string
}

/** Which repo a directory belongs to. Throws `not-found` when there is no such directory, `invalid` when nothing is committed there. */
export const workingTreeOf = async (path: string, signal: AbortSignal): Promise<WorkingTree> => {
  const directory = await directoryAt(path)
  const ask = (...args: string[]): Promise<string> => git(args, { cwd: directory, signal })
  try {
    const repo = (await ask('rev-parse', '--show-toplevel')).replace(/\n$/, '')
    await ask('rev-parse', '--verify', '--quiet', 'HEAD^{commit}')
    return { repo, path: relative(repo, directory) || '.' }
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    const reason = error.message === 'git failed' ? 'nothing is committed there yet' : error.message
    throw new PersonError('invalid', `${directory} cannot be built: ${reason}.`, {
      hint: 'What is built is a commit: `git init`, add the files, and commit them.',
      cause: error,
    })
  }
}

/** Files that are not as the last commit has them, new ones among them; those that git ignores do not count. */
export const uncommittedFiles = async (repo: string, signal: AbortSignal): Promise<string[]> => {
  const options = ['--porcelain', '-z', '--no-renames', '--untracked-files=normal']
  const listed = await git(['--no-optional-locks', 'status', ...options], { cwd: repo, signal })
  return listed
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => line.slice(3))
}

const directoryAt = async (path: string): Promise<string> => {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return realpath(path)
  throw new PersonError('not-found', `There is no directory ${path}.`, {
    hint: 'Give the directory that has the service.yaml.',
  })
}
