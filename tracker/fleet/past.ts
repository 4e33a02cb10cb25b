import { setImmediate } from 'node:timers/promises'
import type { HostView } from '../../shared/api/hosts.ts'
import type { ServiceReport } from '../../shared/messages/version-report.ts'
import type { HostFacts } from '../../versions/board/board.ts'
import type { HostRow } from '../db/agents.ts'
import type { Ran } from '../db/ran.ts'
import type { Store } from '../db/store.ts'

/** A long history of thousands of hosts takes a second to read; others are answered meanwhile. */
const hostsAtOnce = 200

/** What was known of hosts at a moment of the past. Clusters and labels are today's. */
export const factsAt = async (
  { read }: Store,
  hosts: readonly HostRow[],
  moment: number,
  silentAfterMs: number,
): Promise<HostFacts[]> => {
  const presenceAt = presencesAt(read, moment, silentAfterMs)
  const facts: HostFacts[] = []
  for (const host of hosts) {
    const { id, name, cluster, labels } = host
    const ran = read.ran.at(id, moment)
    facts.push({
      host: { id, name, cluster, labels, ...presenceAt(host) },
      reports: ran.map(reportOf),
      wanted: ran.map(({ service, desired, desiredConfig }) => ({
        service,
        desired,
        desiredConfig,
        installing: undefined,
      })),
    })
    if (facts.length % hostsAtOnce === 0) await setImmediate()
  }
  return facts
}

type PresenceThen = Pick<HostView, 'state' | 'lastReportAt'>

const presencesAt = (
  read: Store['read'],
  moment: number,
  silentAfterMs: number,
): ((host: HostRow) => PresenceThen) => {
  const joined = read.agents.joined()
  const absences = new Map(read.absences.at(moment).map((absence) => [absence.hostId, absence]))
  return ({ id, lastReportAt }) => {
    if ((joined.get(id) ?? 0) > moment) return { state: 'absent' }
    const absence = absences.get(id)
    const heardAt = absence ? absence.heardAt : lastReportAt
    if (heardAt === null) return { state: 'enrolled' }
    // One that is silent still has no absence: that is written when it is over.
    const isSilent = absence !== undefined || moment - heardAt > silentAfterMs
    return isSilent ? { state: 'silent', lastReportAt: heardAt } : { state: 'reporting' }
  }
}

const reportOf = ({ service, running, current, version, config, health }: Ran): ServiceReport => ({
  service,
  health,
  ...(running === null ? {} : { running }),
  ...(current === null ? {} : { current }),
  ...(version === null ? {} : { version }),
  ...(config === null ? {} : { config }),
})
