import type { ServiceReport } from '../../shared/messages/version-report.ts'
import type { Assignment } from '../db/assignments.ts'
import type { Ran } from '../db/ran.ts'
import type { Writing } from '../db/store.ts'

/** Notes that a host was not heard of until now, if it was not. To be called before its report is stored. */
export const recordAbsence = (writing: Writing, hostId: string, silentAfterMs: number): void => {
  const heardAt = writing.reports.lastAt(hostId)
  if (heardAt === undefined) writing.absences.endFirst(hostId, writing.now)
  else if (writing.now - heardAt > silentAfterMs) {
    writing.absences.end(hostId, heardAt, heardAt + silentAfterMs + 1, writing.now)
  }
}

/** Notes what a host runs, for whoever asks later; of a report that says what the last one did nothing is written. */
export const recordRan = (writing: Writing, hostId: string, services: readonly ServiceReport[]): void => {
  const before = new Map(writing.ran.last(hostId).map((ran) => [ran.service, ran]))
  const reports = new Map(services.map((report) => [report.service, report]))
  const assigned = new Map(
    writing.assignments.ofHost(hostId).map((assignment) => [assignment.service, assignment]),
  )
  for (const service of new Set([...before.keys(), ...reports.keys(), ...assigned.keys()])) {
    const ran = ranOf(service, reports.get(service), assigned.get(service))
    if (!isSame(before.get(service) ?? nothing(service), ran)) writing.ran.change(hostId, ran, writing.now)
  }
}

const ranOf = (
  service: string,
  report: ServiceReport | undefined,
  assigned: Pick<Assignment, 'desired' | 'desiredConfig'> | undefined,
): Ran => ({
  service,
  running: report?.running ?? null,
  current: report?.current ?? null,
  version: report?.version ?? null,
  config: report?.config ?? null,
  health: report?.health ?? 'unknown',
  desired: assigned?.desired ?? null,
  desiredConfig: assigned?.desiredConfig ?? null,
})

const nothing = (service: string): Ran => ranOf(service, undefined, undefined)

const isSame = (one: Ran, other: Ran): boolean =>
  one.running === other.running &&
  one.current === other.current &&
  one.version === other.version &&
  one.config === other.config &&
  one.health === other.health &&
  one.desired === other.desired &&
  one.desiredConfig === other.desiredConfig
