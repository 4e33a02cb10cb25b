import { setImmediate } from 'node:timers/promises'
import { isEnd } from '../../shared/domain/transitions.ts'
import { deployTransitions } from '../../shared/domain/deploy-state.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Store, Writing } from '../db/store.ts'
import type { Target, TargetPhase } from '../db/targets.ts'
import type { OrderDesk } from '../fleet/order-desk.ts'
import type { Presence } from '../fleet/presence.ts'
import { obstacleTo } from './queue/begin.ts'
import { decideQueued } from './queue/decide-queued.ts'
import { decide } from './rollout/decide.ts'
import { beginQueued } from './request/insert.ts'
import { distrustOf } from './quarantine.ts'
import { assign, giveUp, moveDeploy } from './moves.ts'
import type { Decision } from './rollout/situation.ts'

/** Signing thousands of orders must not keep the tracker from answering meanwhile. */
const ordersAtOnce = 100

/** What a look at a deploy needs. */
export interface Lookout {
  readonly store: Store
  readonly desk: OrderDesk
  readonly presence: Presence
  readonly now: () => number
}

/** Tells hosts what was decided, once that is committed. */
export type Announcement = () => void | Promise<void>

export interface Look {
  readonly announce: readonly Announcement[]
  /** In ms. */
  readonly took: number
}

/** Reads where a deploy is and writes down what follows from it. Only then may the hosts be told: by what is returned. */
export const lookAt = (lookout: Lookout, deployId: number): Promise<Look> =>
  lookout.store.write((writing) => {
    const began = performance.now()
    const announce = decisionsOf(lookout, deployId).map((decision) =>
      carryOut(lookout, writing, deployId, decision),
    )
    return { announce, took: performance.now() - began }
  })

const decisionsOf = ({ store, presence, now }: Lookout, deployId: number): Decision[] => {
  const { deploys, targets, builds } = store.read
  const deploy = deploys.get(deployId)
  if (!deploy || isEnd(deployTransitions, deploy.state)) return []
  const build = deploy.buildId === null ? undefined : builds.get(deploy.buildId)
  const known = { deploy, build, now: now() }
  if (deploy.state === 'queued')
    return decideQueued({
      ...known,
      inTheWay: () => obstacleTo(store.read, deploy, known.now)?.text,
      distrust: () => distrustOf(store.read, deploy),
    })
  return decide({
    ...known,
    targets: targets.list(deployId),
    isSilent: (hostId) => presence.isSilent(hostId),
  })
}

const carryOut = (lookout: Lookout, writing: Writing, deployId: number, decision: Decision): Announcement => {
  const deploy = writing.deploys.get(deployId)
  if (!deploy) throw new Error(`deploy ${deployId} is gone`)
  switch (decision.kind) {
    case 'begin':
      beginQueued(lookout, writing, deploy)
      return () => undefined
    case 'order':
      return order(lookout.desk, writing, deploy, decision.targets, decision.phase)
    case 'remind':
      return () => lookout.desk.remind(decision.clusters)
    case 'give-up':
      giveUp(writing, deploy, decision.target, decision.state, decision.error)
      return () => undefined
    case 'move':
      moveDeploy(writing, deploy, decision.state, decision.error)
      return () => undefined
  }
}

const order = (
  desk: OrderDesk,
  writing: Writing,
  deploy: Deploy,
  targets: readonly Target[],
  phase: TargetPhase,
): Announcement => {
  for (const target of targets) assign(writing, deploy, target, phase)
  return async () => {
    for (const [index, target] of targets.entries()) {
      desk.send(target.hostId, deploy.service)
      if (index % ordersAtOnce === ordersAtOnce - 1) await setImmediate()
    }
  }
}
