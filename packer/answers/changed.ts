import type * as z from 'zod'
import type { changedCall } from '../../shared/messages/sources.ts'
import { changedPath } from '../git/changed-path.ts'
import { hasCommit, type RepoCache } from '../git/repo-cache.ts'

/** Whether anything that the globs name differs between two commits. Not known where the repo has one of them no longer. */
export const changed = async (
  cache: RepoCache,
  { source, from, to, globs }: z.output<typeof changedCall.request>,
): Promise<z.input<typeof changedCall.reply>> => {
  const repo = await cache.withCommits(source.repo, [from, to])
  const known = (await hasCommit(repo, from)) && (await hasCommit(repo, to))
  const path = known ? await changedPath(repo, from, to, globs) : undefined
  return { v: 1, known, ...(path === undefined ? {} : { path }) }
}
