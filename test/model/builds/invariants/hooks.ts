import type { Delivery } from '../../../../tracker/db/deliveries.ts'
import { demand } from '../../broken-invariant.ts'
import type { Change } from './snapshot.ts'

/** A delivery is done once, and never brings hosts back. */
export const checkHooks = (change: Change): void => {
  const { before, after } = change
  for (const delivery of after.deliveries.values()) {
    const last = before.deliveries.get(delivery.id)
    if (last) checkMove(last, delivery)
    const hasStarted = delivery.state === 'started' && last?.state !== 'started'
    if (hasStarted && delivery.deployId !== null) checkOrder(change, delivery)
  }
  checkOnce(change)
}

const checkMove = (last: Delivery, delivery: Delivery): void => {
  const how = `delivery ${delivery.id}: ${last.state} to ${delivery.state}`
  const isOver = last.state !== 'waiting' && last.state !== 'failed'
  const outcome = ({ state, buildId, deployId }: Delivery) => `${state} ${buildId ?? ''} ${deployId ?? ''}`
  demand(!isOver || outcome(last) === outcome(delivery), 'a delivery is done once', how)
}

const checkOnce = ({ before, after }: Change): void => {
  const ofHooks = (deploys: Change['before']['deploys']): number =>
    [...deploys.values()].filter(({ createdBy }) => createdBy.startsWith('hook ')).length
  const started = [...after.deliveries.values()].filter(
    ({ id, deployId }) => deployId !== null && before.deliveries.get(id)?.deployId !== deployId,
  )
  const made = ofHooks(after.deploys) - ofHooks(before.deploys)
  demand(made === started.length, 'a delivery makes one deploy', `${started.length} made ${made}`)
}

/** Of a branch by its commits: what was deployed last of it is not before this one, nor of tags by theirs. */
const checkOrder = ({ world, before }: Change, { id, hookId, ref, commit }: Delivery): void => {
  const hook = world.store.read.hooks.get(hookId)
  const isTag = (name: string | null): boolean => name?.startsWith('refs/tags/') === true
  const last = [...before.deliveries.values()]
    .filter((other) => other.hookId === hookId && other.state === 'started' && other.deployId !== null)
    .filter((other) => other.ref === ref || (isTag(other.ref) && isTag(ref)))
    .sort((a, b) => (b.deployId ?? 0) - (a.deployId ?? 0))[0]
  if (!hook || !last) return
  demand(
    !world.repo(hook.service).isBefore(commit ?? '', last.commit ?? ''),
    'a hook does not deploy what it has gone beyond',
    `delivery ${id} of ${ref ?? ''}: ${commit?.slice(0, 7) ?? ''}, after ${last.commit?.slice(0, 7) ?? ''} by delivery ${last.id}`,
  )
}
