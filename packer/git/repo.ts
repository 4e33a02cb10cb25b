import { git } from './git.ts'

/** A bare copy of a repo on this machine. */
export interface Repo {
  /** For people: credentials masked. */
  readonly url: string
  readonly directory: string
  readonly signal: AbortSignal
}

/** Where the repo's own HEAD is kept, so that it is not taken for the HEAD of the copy. */
export const remoteHead = 'refs/apptracker/HEAD'

export const gitIn = (
  repo: Repo,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> =>
  git(args, { cwd: repo.directory, signal: repo.signal, env: { GIT_DIR: repo.directory, ...env } })
