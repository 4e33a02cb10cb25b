import type { Sources } from '../builds/sources.ts'
import type { Delivery } from '../db/deliveries.ts'
import type { Tables } from '../db/store.ts'
import { isTag } from './push.ts'
import type { PushedCommit } from './pushed-commit.ts'

/**
 * Why a commit is not deployed any more: a newer one of the same branch was given to a deploy before, or of tags one that
 * follows it. So a call that comes late, or again, never brings hosts back. What a branch is at now is never too old.
 */
export const reasonTooOld = async (
  sources: Pick<Sources, 'compare'>,
  tables: Tables,
  service: string,
  { hookId, ref }: Delivery,
  { resolved: { commit }, isHead }: PushedCommit,
): Promise<string | undefined> => {
  const isOfTag = isTag(ref ?? '')
  if (isHead && !isOfTag) return undefined
  const last = tables.deliveries
    .started(hookId)
    .find((other) => other.deployId !== null && (other.ref === ref || (isOfTag && isTag(other.ref ?? ''))))
  if (!last?.commit || last.commit === commit) return undefined
  const [span] = await sources.compare(service, [commit], last.commit)
  return span?.lost.count === 0
    ? `Not deployed: ${last.version ?? last.commit}, which this hook deployed, is newer.`
    : undefined
}
