import * as z from 'zod'
import { Commit } from '../../shared/domain/names.ts'

const longestMessage = 10_000

/** What a forge or a CI says was pushed: believed in so far as the repo itself bears it out. */
export const Push = z.strictObject({
  /** `refs/heads/main`, `refs/tags/v2`, or `HEAD` for the repo’s default branch. */
  ref: z.string().min(1).max(300),
  /** Of a branch: its head by this push. A tag says only what it is itself, which may be no commit. */
  commit: Commit.optional(),
  /** Of a branch: its head until this push. */
  before: Commit.optional(),
  /** Of the head commit, whole. */
  message: z.string().default(''),
  by: z.string().optional(),
  /** The addresses of the repo that the sender speaks of. */
  repos: z.array(z.string().max(2000)).max(10).default([]),
  defaultBranch: z.string().max(300).optional(),
})
export type Push = z.output<typeof Push>

/** What a call says: a push, or nothing that there is something to do about. */
export type Reading = { readonly push: Push } | { readonly nothing: string }

/** `main` of `refs/heads/main`. */
export const nameOf = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, '')

export const isBranch = (ref: string): boolean => ref.startsWith('refs/heads/')
export const isTag = (ref: string): boolean => ref.startsWith('refs/tags/')

/** What forges say of a push, in as much as they say the same. */
interface Told {
  readonly ref: string
  readonly before?: string | undefined
  readonly after?: string | undefined
  readonly message?: string | undefined
  readonly by?: string | undefined
  readonly repos: readonly (string | undefined)[]
  readonly defaultBranch?: string | undefined
}

/** Stands for no commit: where a ref is new, or gone. */
const none = /^0+$/

/** A push as a forge tells it; deleted refs, and pushes that change nothing, are none. */
export const pushOf = ({
  ref,
  before = '',
  after = '',
  message = '',
  by,
  repos,
  defaultBranch,
}: Told): Reading => {
  if (!isBranch(ref) && !isTag(ref)) return { nothing: `${ref} is neither a branch nor a tag.` }
  if (none.test(after)) return { nothing: `${nameOf(ref)} was deleted.` }
  if (before === after && after !== '') return { nothing: 'A test: before and after are the same commit.' }
  return {
    push: {
      ref,
      ...(isBranch(ref) ? commitsOf(before, after) : {}),
      message: message.slice(0, longestMessage),
      ...(by === undefined ? {} : { by: by.slice(0, 200) }),
      repos: repos.filter((repo) => repo !== undefined),
      ...(defaultBranch === undefined ? {} : { defaultBranch }),
    },
  }
}

const commitsOf = (before: string, after: string): Pick<Push, 'before' | 'commit'> => ({
  ...(Commit.safeParse(before).success && !none.test(before) ? { before } : {}),
  ...(Commit.safeParse(after).success ? { commit: after } : {}),
})
