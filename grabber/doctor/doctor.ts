import { carryOutAll, faultOf, type Examination } from '../../shared/doctor/examination.ts'
import { examineRoom } from '../../shared/doctor/room.ts'
import type { Check } from '../../shared/domain/check.ts'
import { readIdentity, type HostIdentity } from '../identity.ts'
import {
  examineDaemon,
  examineIdentity,
  examineMounts,
  examineSupervision,
  examineTools,
  examineWriting,
} from './this-host.ts'
import { askForOrders, judgeClock, judgeOrders } from './tracker.ts'

const limitMs = 12_000

/** What keeps this host from taking deploys. */
export const examineHost = async (state: string): Promise<Check[]> => {
  try {
    return await carryOutAll(examinationsOf(state, await readIdentity(state)), limitMs)
  } catch (error) {
    return [{ part: 'here', name: 'identity', ...faultOf(error) }]
  }
}

const examinationsOf = (state: string, identity: HostIdentity): Examination[] => {
  const paths = { root: identity.root, state }
  const orders = askForOrders(identity)
  return [
    { part: 'here', name: 'identity', look: () => examineIdentity(identity, state) },
    { part: 'here', name: 'grabber', look: () => examineDaemon(state) },
    { part: 'here', name: 'state', look: () => examineWriting(state) },
    { part: 'here', name: 'root', look: () => examineWriting(paths.root) },
    { part: 'here', name: 'mounts', look: () => examineMounts(paths) },
    { part: 'here', name: 'disk', look: () => examineRoom(paths.root) },
    { part: 'here', name: 'tools', look: examineTools },
    { part: 'here', name: 'supervision', look: examineSupervision },
    { part: 'tracker', name: 'answer', look: async () => judgeOrders(await orders) },
    {
      part: 'tracker',
      name: 'clock',
      look: async () => judgeClock(await orders.catch(() => []), Date.now()),
    },
  ]
}
