import * as z from 'zod'
import { Timestamp } from './event.ts'
import { Commit } from './names.ts'

/** So many commits are told one by one, the latest first; of all others only how many there are. */
export const maxCommitsTold = 20

const CommitLine = z.strictObject({
  commit: Commit,
  author: z.string().max(100),
  /** First line of the message. */
  subject: z.string().max(200),
  at: Timestamp,
})

const Commits = z.strictObject({
  count: z.int().nonnegative(),
  latest: z.array(CommitLine).max(maxCommitsTold),
})
export type Commits = z.infer<typeof Commits>

/** What lies between a commit and another: those that only the other has, and those that only the first one has. */
export const CommitSpan = z.strictObject({ gained: Commits, lost: Commits })
export type CommitSpan = z.infer<typeof CommitSpan>
