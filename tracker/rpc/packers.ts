import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import {
  buildLogMessage,
  buildResultCall,
  buildStepMessage,
  packerHeartbeatMessage,
} from '../../shared/messages/build.ts'
import { logFailure, type Logger } from '../../shared/log.ts'
import type { BuildDesk } from '../builds/build-desk.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Store, Writing } from '../db/store.ts'

/** All that a packer tells: that it is there, what its builds print, and how they ended. */
export const answerPackers = (
  bus: Pick<NatsBus, 'subscribe' | 'serve'>,
  store: Store,
  builds: Pick<BuildDesk, 'heartbeat' | 'finish'>,
  log: Logger,
): void => {
  bus.subscribe(packerHeartbeatMessage, undefined, (heartbeat, { parameters }) =>
    builds.heartbeat(parameters.packer, heartbeat),
  )

  bus.subscribe(buildLogMessage, undefined, ({ buildId, lines }, { parameters }) => {
    store
      .write((writing) => {
        const build = buildOf(writing, buildId, parameters.packer)
        if (build) writing.emit({ kind: 'build.log', service: build.service, buildId, data: { lines } })
      })
      .catch(logFailure(log, 'lines of a build are not kept'))
  })

  bus.subscribe(buildStepMessage, undefined, ({ buildId, step }, { parameters }) => {
    store
      .write((writing) => {
        const build = buildOf(writing, buildId, parameters.packer)
        if (build) writing.emit({ kind: 'build.step', service: build.service, buildId, data: step })
      })
      .catch(logFailure(log, 'a step of a build is not kept'))
  })

  bus.serve(
    buildResultCall,
    async (result, { parameters }) => {
      await builds.finish(parameters.packer, result)
      return { v: 1 as const }
    },
    { queue: 'trackers' },
  )
}

/** None that another packer has: one that lost it to that may still be at it. */
const buildOf = ({ builds }: Writing, id: number, packer: string): BuildRow | undefined => {
  const build = builds.get(id)
  return build && (build.packer === null || build.packer === packer) ? build : undefined
}
