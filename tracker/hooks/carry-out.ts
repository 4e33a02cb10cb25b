import { requireService } from '../builds/find-service.ts'
import type { Delivery, DeliveryEnd } from '../db/deliveries.ts'
import type { Hook } from '../db/hooks.ts'
import type { HooksContext } from './context.ts'
import { reasonTooOld } from './outdated.ts'
import { nameOf, Push } from './push.ts'
import { pushedCommit, type PushedCommit } from './pushed-commit.ts'
import { reasonNotToDeploy, watchedPaths } from './rules.ts'
import { otherRepo } from './same-repo.ts'
import { start } from './start.ts'

/** Does what a delivery asks for, and writes down what came of it. Throws what keeps it from being found out or done. */
export const carryOut = async (context: HooksContext, hook: Hook, delivery: Delivery): Promise<void> => {
  const { store, sources } = context
  const newer = store.read.deliveries.newerWaiting(delivery)
  if (newer)
    return end(context, delivery, { state: 'replaced', why: `Delivery ${newer.id} came before its turn.` })

  const push = Push.parse(JSON.parse(delivery.push ?? ''))
  const pushed = await pushedCommit(sources, hook.service, push)
  const unchanged = await reasonUnchanged(context, hook, delivery, push, pushed)
  if (unchanged !== undefined) return end(context, delivery, { state: 'skipped', why: unchanged })

  const keptBack =
    hook.deploy === null
      ? undefined
      : (reasonNotToDeploy(push) ?? (await reasonTooOld(sources, store.read, hook.service, delivery, pushed)))
  const remark = otherRepo(requireService(store.read, hook.service), push)
  await store.write((writing) => {
    start(context, writing, { hook, delivery, push, resolved: pushed.resolved, keptBack, remark })
  })
}

const end = ({ store }: HooksContext, { id }: Delivery, result: DeliveryEnd): Promise<void> =>
  store.write((writing) => writing.deliveries.end(id, result))

/** By what was built last, not by what was pushed last: what a skipped or failed push changed is not forgotten. */
const reasonUnchanged = async (
  { store, sources }: HooksContext,
  hook: Hook,
  { ref }: Delivery,
  push: Push,
  { resolved: { commit } }: PushedCommit,
): Promise<string | undefined> => {
  const globs = watchedPaths(hook, requireService(store.read, hook.service).path, push)
  const last =
    store.read.deliveries.started(hook.id).find((other) => other.ref === ref)?.commit ?? push.before
  if (globs === undefined || last === undefined) return undefined
  const hasChanged = await sources.hasChanged(hook.service, last, commit, globs)
  if (hasChanged !== false) return undefined
  return `Nothing has changed in ${globs.join(', ')} since ${last.slice(0, 10)} of ${nameOf(ref ?? '')}.`
}
