import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { PersonError } from '../../shared/errors.ts'
import { answerCall } from '../../shared/messages/ask.ts'
import { artifactUrlCall } from '../../shared/messages/artifact-url.ts'
import { assignmentsCall } from '../../shared/messages/assignments.ts'
import { hostEventsCall } from '../../shared/messages/host-events.ts'
import { versionReportCall } from '../../shared/messages/version-report.ts'
import type { TrackerContext } from '../context.ts'
import type { Agent } from '../db/agents.ts'
import type { DeployEngine } from '../deploy/engine.ts'
import { recordAbsence, recordRan } from '../fleet/history.ts'
import { recordHostEvents } from '../deploy/targets/host-events.ts'
import type { OrderDesk } from '../fleet/order-desk.ts'
import { recordVersionReport } from '../deploy/targets/version-reports.ts'

const queue = 'trackers'
const stored = { v: 1 } as const
const downloadTtlSeconds = 10 * 60

/** All that a grabber may ask or tell. Replies to what it tells are sent after the commit. */
export const answerHosts = (
  bus: NatsBus,
  { store, artifacts, presence, questions }: TrackerContext,
  desk: OrderDesk,
  engine: DeployEngine,
): void => {
  const hostOf = (id: string): Agent => {
    const agent = store.read.agents.get(id)
    if (agent?.kind === 'host') return agent
    throw new PersonError('not-found', `No host ${id} is enrolled here.`, { hint: 'Enrol it again.' })
  }

  bus.serve(
    assignmentsCall,
    ({ after }, { parameters }) => ({ v: 1 as const, ...desk.ordersOf(hostOf(parameters.host).id, after) }),
    { queue },
  )

  bus.serve(
    artifactUrlCall,
    async ({ digest }, { parameters }) => {
      hostOf(parameters.host)
      return { v: 1 as const, url: await artifacts.urlFor(digest, downloadTtlSeconds) }
    },
    { queue },
  )

  bus.serve(
    hostEventsCall,
    async ({ events }, { parameters }) => {
      const host = hostOf(parameters.host)
      await store.write((writing) => recordHostEvents(writing, host, events))
      return stored
    },
    { queue },
  )

  bus.serve(
    answerCall,
    (answer, { parameters }) => {
      questions.answered(hostOf(parameters.host).id, answer)
      return stored
    },
    { queue },
  )

  bus.serve(
    versionReportCall,
    async (report, { parameters }) => {
      const host = hostOf(parameters.host)
      const isNews = presence.heard(host.id, report.at)
      const { confirmed } = await store.write((writing) => {
        recordAbsence(writing, host.id, presence.silentAfterMs)
        const recorded = recordVersionReport(writing, host, report, isNews)
        recordRan(writing, host.id, report.services)
        return recorded
      })
      for (const deployId of confirmed) engine.wake(deployId)
      return stored
    },
    { queue },
  )
}
