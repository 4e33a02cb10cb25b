import type { HostView } from '../../shared/api/hosts.ts'
import type { HostRow } from '../db/agents.ts'
import type { Presence } from './presence.ts'

export const hostViewOf = (host: HostRow, presence: Presence): HostView => ({
  id: host.id,
  name: host.name,
  cluster: host.cluster,
  labels: host.labels,
  state: presence.stateOf(host.id),
  ...(host.lastReportAt === null ? {} : { lastReportAt: host.lastReportAt }),
  ...(host.grabber === null ? {} : { grabber: host.grabber }),
})
