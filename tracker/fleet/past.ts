import type { HostView } from '../../shared/api/hosts.ts'
import type { ServiceReport } from '../../shared/messages/version-report.ts'
import type { HostFacts } from '../../versions/board/board.ts'
import type { HostRow } from '../db/agents.ts'
import type { Ran } from '../db/ran.ts'
import type { Store } from '../db/store.ts'

/** What was known of hosts at a moment of the past. Clusters and labels are today's. */
export const factsAt = (
  { read }: Store,
  hosts: readonly HostRow[],
  moment: number,
  silentAfterMs: number,
): HostFacts[] => {
  const joined = read.agents.joined()
  const absences = new Map(read.absences.at(moment).map((absence) => [absence.hostId, absence.heardAt]))
  const ran = ranByHost(read.ran.at(moment))
  return hosts.map((host) => {
    const { id, name, cluster, labels, lastReportAt } = host
    const heardAt = absences.has(id) ? (absences.get(id) ?? null) : lastReportAt
    const isAway = absences.has(id) || (heardAt !== null && moment - heardAt > silentAfterMs)
    const state = (joined.get(id) ?? 0) > moment ? 'absent' : stateOf(heardAt, isAway)
    const lastHeard = state === 'silent' && heardAt !== null ? { lastReportAt: heardAt } : {}
    return {
      host: { id, name, cluster, labels, state, ...lastHeard },
      reports: (ran.get(id) ?? []).map(reportOf),
      wanted: (ran.get(id) ?? []).map(({ service, desired }) => ({
        service,
        desired,
        installing: undefined,
      })),
    }
  })
}

const stateOf = (heardAt: number | null, isAway: boolean): HostView['state'] => {
  if (heardAt === null) return 'enrolled'
  return isAway ? 'silent' : 'reporting'
}

const ranByHost = (rows: readonly (Ran & { hostId: string })[]): Map<string, Ran[]> => {
  const byHost = new Map<string, Ran[]>()
  for (const row of rows) {
    const list = byHost.get(row.hostId) ?? []
    list.push(row)
    byHost.set(row.hostId, list)
  }
  return byHost
}

const reportOf = ({ service, running, current, version, health }: Ran): ServiceReport => ({
  service,
  health,
  ...(running === null ? {} : { running }),
  ...(current === null ? {} : { current }),
  ...(version === null ? {} : { version }),
})
