import { isInstallAhead } from '../../../shared/domain/install-state.ts'
import type { ServiceReport, VersionReport } from '../../../shared/messages/version-report.ts'
import type { Agent } from '../../db/agents.ts'
import type { Writing } from '../../db/store.ts'
import { confirmIfRunning, recordStep, stateInDeploy } from './host-events.ts'

/**
 * Takes in what a host says really runs. It also carries how far the host came with its last orders, so that a deploy
 * learns its end even if the events on the way were lost.
 */
export const recordVersionReport = (
  writing: Writing,
  host: Agent,
  report: VersionReport,
  isNews: boolean,
): { confirmed: number[] } => {
  const before = writing.reports.get(host.id)
  const changed =
    before?.bootId !== report.bootId || JSON.stringify(before.services) !== JSON.stringify(report.services)
  if (changed || isNews) writing.reports.upsert(host.id, report, writing.now)
  else writing.reports.touch(host.id, writing.now)
  if (isNews) {
    writing.emit({ kind: 'host.state', hostId: host.id, data: { hostName: host.name, state: 'reporting' } })
  }
  if (changed) {
    writing.emit({ kind: 'host.versions', hostId: host.id, data: { hostName: host.name } })
  }
  for (const service of report.services) catchUp(writing, host, service, report.at)
  return { confirmed: report.services.flatMap((service) => confirmRunning(writing, host.id, service)) }
}

const catchUp = (writing: Writing, host: Agent, { service, order }: ServiceReport, at: number): void => {
  if (!order) return
  const { seq, deployId, state, error } = order
  const target = writing.targets.get(deployId, host.id)
  if (target?.seq !== seq || !isInstallAhead(target.state, stateInDeploy(target, state))) return
  recordStep(writing, host, { at, service, deployId, seq, state, ...(error === undefined ? {} : { error }) })
}

/** The deploy that has this host to itself, and the one whose order the host had last: it may have been cancelled while this host finished. */
const confirmRunning = (writing: Writing, hostId: string, { service, order }: ServiceReport): number[] => {
  const concerned = [writing.holds.of(hostId, service), order?.deployId]
  return [...new Set(concerned)]
    .filter((deployId) => deployId !== undefined)
    .filter((deployId) => confirmIfRunning(writing, deployId, hostId, service))
}
