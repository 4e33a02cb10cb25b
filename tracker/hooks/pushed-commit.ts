import { PersonError } from '../../shared/errors.ts'
import type { Resolved } from '../../shared/messages/sources.ts'
import type { Sources } from '../builds/sources.ts'
import { nameOf, type Push } from './push.ts'

/** What a push has to be built. */
export interface PushedCommit {
  readonly resolved: Resolved
  /** Whether its ref is there now. A branch may have moved on. */
  readonly isHead: boolean
}

/**
 * The commit that was pushed, as the repo itself has it: whoever signed the call, only what is on the branch that he names is
 * built. Throws `not-found` when it is not (yet) in the repo, and `conflict` when it is not on its branch.
 */
export const pushedCommit = async (
  sources: Pick<Sources, 'resolve' | 'compare'>,
  service: string,
  { ref, commit }: Push,
): Promise<PushedCommit> => {
  const head = await sources.resolve(service, ref)
  if (commit === undefined || commit === head.commit) return { resolved: head, isHead: true }
  const [span] = await sources.compare(service, [commit], head.commit)
  if (!span) {
    throw new PersonError('not-found', `The repo of ${service} has no commit ${commit.slice(0, 10)}.`, {
      hint: 'Check that the webhook is set up in the repo that the service is registered with.',
    })
  }
  if (span.lost.count > 0) {
    throw new PersonError('conflict', `${commit.slice(0, 10)} is not on ${nameOf(ref)}, or not any more.`)
  }
  return { resolved: await sources.resolve(service, commit), isHead: false }
}
