import { buildCall, compareCall, packerHeartbeatMessage, resolveCall } from '../shared/messages/build.ts'
import { changedCall } from '../shared/messages/changed.ts'
import { examinePackerCall } from '../shared/messages/examine-packer.ts'
import { Builds } from './builds.ts'
import { carryOut, type Packer } from './carry-out.ts'
import { changed } from './changed.ts'
import { compare } from './compare.ts'
import { examine } from './examine.ts'
import { resolve } from './resolve.ts'

const heartbeatMs = 5000
/** Of all packers, one gets each request. */
const queue = 'packers'

/** Answers the tracker until `packer.signal` aborts, then waits until every build has been cleared away. */
export const serve = async (packer: Packer, onReady: () => void): Promise<void> => {
  const { id, bus, tools, signal } = packer
  const builds = new Builds((request) => carryOut(packer, request))
  const beat = (): void => bus.publish(packerHeartbeatMessage, { packer: id }, { v: 1, builds: builds.ids })

  bus.serve(resolveCall, (request) => resolve(tools.cache, request), queue)
  bus.serve(compareCall, (request) => compare(tools.cache, request), queue)
  bus.serve(changedCall, (request) => changed(tools.cache, request), queue)
  bus.serve(
    buildCall,
    (request) => {
      builds.take(request)
      beat()
      return { v: 1 as const, packer: id }
    },
    queue,
  )
  bus.serve(examinePackerCall, () => examine(id, tools))
  beat()
  await bus.flush()
  onReady()

  const timer = setInterval(beat, heartbeatMs)
  await aborted(signal)
  clearInterval(timer)
  await builds.settled()
}

const aborted = (signal: AbortSignal): Promise<unknown> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolved) => signal.addEventListener('abort', resolved, { once: true }))
