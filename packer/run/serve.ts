import { buildCall, packerHeartbeatMessage, stopBuildCall } from '../../shared/messages/build.ts'
import { compareCall, resolveAtCall, resolveCall, changedCall } from '../../shared/messages/sources.ts'
import { examinePackerCall } from '../../shared/messages/examine-packer.ts'
import { Builds } from './builds.ts'
import { carryOut, type Packer } from './carry-out.ts'
import { changed } from '../answers/changed.ts'
import { compare } from '../answers/compare.ts'
import { examine } from '../answers/examine.ts'
import { answerResolve } from '../answers/resolve.ts'

const heartbeatMs = 2000
/** Any packer can say what a repo holds: of all, one gets each question. */
const queue = 'packers'

/** Answers the tracker until `packer.signal` aborts, then waits until every build has been cleared away. */
export const serve = async (packer: Packer, onReady: () => void): Promise<void> => {
  const { id, capacity, labels, bus, tools, signal } = packer
  const builds = new Builds(capacity, (request, stop) =>
    carryOut(packer, request, AbortSignal.any([signal, stop])),
  )
  const beat = (): void =>
    bus.publish(packerHeartbeatMessage, { packer: id }, { v: 1, capacity, labels, builds: builds.held })

  bus.serve(resolveCall, (request) => answerResolve(tools.cache, labels, request), { queue })
  bus.serve(resolveAtCall, (request) => answerResolve(tools.cache, labels, request), { to: { to: id } })
  bus.serve(compareCall, (request) => compare(tools.cache, request), { queue })
  bus.serve(changedCall, (request) => changed(tools.cache, request), { queue })
  bus.serve(
    buildCall,
    (request) => {
      builds.take(request, beat)
      beat()
      return { v: 1 as const, packer: id }
    },
    { to: { to: id } },
  )
  bus.serve(
    stopBuildCall,
    async ({ buildId }) => {
      await builds.stop(buildId)
      return { v: 1 as const }
    },
    { to: { to: id } },
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
