import { maxCommitsTold, type CommitSpan, type Commits } from '../../shared/domain/commit-span.ts'
import { gitIn, type Repo } from './repo.ts'

/** The commits between two that are both in the repo. */
export const commitSpan = async (repo: Repo, from: string, to: string): Promise<CommitSpan> => {
  const counted = await gitIn(repo, ['rev-list', '--count', '--left-right', `${from}...${to}`])
  const [lost = 0, gained = 0] = counted.trim().split('\t').map(Number)
  return { gained: await commitsOf(repo, gained, from, to), lost: await commitsOf(repo, lost, to, from) }
}

/** Those of `to` that `from` has not. */
const commitsOf = async (repo: Repo, count: number, from: string, to: string): Promise<Commits> => {
  if (count === 0) return { count, latest: [] }
  const listed = await gitIn(repo, [
    'rev-list',
    `--max-count=${maxCommitsTold}`,
    '--no-commit-header',
    '--format=%H%x00%ct%x00%an%x00%s',
    `${from}..${to}`,
  ])
  return { count, latest: listed.trimEnd().split('\n').map(commitOf) }
}

const commitOf = (line: string): Commits['latest'][number] => {
  const [commit = '', seconds = '0', author = '', subject = ''] = line.split('\0')
  return {
    commit,
    at: Math.max(0, Number(seconds)) * 1000,
    author: oneLine(author, 100),
    subject: oneLine(subject, 200),
  }
}

const oneLine = (text: string, length: number): string => text.replace(/\p{C}/gu, ' ').slice(0, length)
