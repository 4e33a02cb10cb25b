import type * as z from 'zod'
import type { compareCall } from '../../shared/messages/sources.ts'
import { commitSpan } from '../git/commit-span.ts'
import { hasCommit, type RepoCache } from '../git/repo-cache.ts'

/** What lies between commits and another one. Those that the repo has no longer are left out. */
export const compare = async (
  cache: RepoCache,
  { source, to, from }: z.output<typeof compareCall.request>,
): Promise<z.input<typeof compareCall.reply>> => {
  const repo = await cache.withCommits(source.repo, [to, ...from])
  const spans: z.input<typeof compareCall.reply>['spans'] = []
  if (!(await hasCommit(repo, to))) return { v: 1, spans }
  for (const commit of from)
    if (await hasCommit(repo, commit)) spans.push({ from: commit, ...(await commitSpan(repo, commit, to)) })
  return { v: 1, spans }
}
