import { gitIn, type Repo } from './repo.ts'

const longest = 4096

/** A path that differs between two commits and fits one of the globs, which begin at the top of the repo; none if there is none. */
export const changedPath = async (
  repo: Repo,
  from: string,
  to: string,
  globs: readonly string[],
): Promise<string | undefined> => {
  const listed = await gitIn(repo, [
    'diff',
    '--name-only',
    '--no-renames',
    '--no-ext-diff',
    '-z',
    from,
    to,
    '--',
    ...globs.map((glob) => `:(top,glob)${glob}`),
  ])
  return listed.split('\0', 1)[0]?.slice(0, longest) || undefined
}
