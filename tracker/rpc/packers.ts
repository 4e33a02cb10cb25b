import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import {
  buildLogMessage,
  buildResultCall,
  buildStepMessage,
  packerHeartbeatMessage,
} from '../../shared/messages/build.ts'
import type { BuildDesk } from '../builds/build-desk.ts'
import type { Store } from '../db/store.ts'

/** All that a packer tells: that it is there, what its builds print, and how they ended. */
export const answerPackers = (bus: NatsBus, store: Store, builds: BuildDesk): void => {
  bus.subscribe(packerHeartbeatMessage, undefined, (heartbeat, { parameters }) =>
    builds.heartbeat(parameters.packer, heartbeat),
  )

  bus.subscribe(buildLogMessage, undefined, ({ buildId, lines }) => {
    void store.write((writing) => {
      const build = writing.builds.get(buildId)
      if (!build) return
      writing.emit({ kind: 'build.log', service: build.service, buildId, data: { lines } })
    })
  })

  bus.subscribe(buildStepMessage, undefined, ({ buildId, step }) => {
    void store.write((writing) => {
      const build = writing.builds.get(buildId)
      if (!build) return
      writing.emit({ kind: 'build.step', service: build.service, buildId, data: step })
    })
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
