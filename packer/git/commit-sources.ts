import { posix } from 'node:path'
import type { Sources } from '../build/builder.ts'
import { GitError } from './git.ts'
import { readFileAt } from './read-file.ts'
import { gitIn, type Repo } from './repo.ts'

/** No file that says how something is built is as large. */
const maxBytes = 64 * 1024 * 1024

/** A service's code as it is in git at a commit, without a checkout; git is asked for each file and directory once. */
export const commitSources = (repo: Repo, commit: string, directory: string): Sources => ({
  directory: posix.join(directory, '.').replace(/\/$/, ''),
  names: once((path) => namesAt(repo, `${commit}:${path === '.' ? '' : path}`)),
  read: once((path) => readFileAt(repo, commit, path, maxBytes)),
})

const once = <Answer>(ask: (path: string) => Promise<Answer>): ((path: string) => Promise<Answer>) => {
  const answers = new Map<string, Promise<Answer>>()
  return (path) => {
    const answer = answers.get(path) ?? ask(path)
    answers.set(path, answer)
    return answer
  }
}

const namesAt = async (repo: Repo, tree: string): Promise<ReadonlySet<string>> => {
  try {
    const listed = await gitIn(repo, ['ls-tree', '-z', '--name-only', '--full-tree', tree])
    return new Set(listed.split('\0').filter((name) => name !== ''))
  } catch (error) {
    if (error instanceof GitError) return new Set()
    throw error
  }
}
