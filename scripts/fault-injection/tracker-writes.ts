import { Fleet } from '../../test/faults/tracker-writes/fleet.ts'
import {
  instants,
  prepare,
  scenarios,
  strike,
  writesOf,
  type Instant,
  type Outcome,
} from '../../test/faults/tracker-writes/sweep.ts'
import type { Narrator } from './narrator.ts'

export interface Report {
  /** How many write transactions were hit, by scenario and instant. */
  readonly hits: Record<string, number>
  readonly violations: Outcome[]
}

/** The tracker is killed at each write of a deploy in turn, until `stop` is aborted. */
export const injectAtTrackerWrites = async (narrator: Narrator, stop: AbortSignal): Promise<Report> => {
  const report: Report = { hits: {}, violations: [] }
  await using fleet = await Fleet.start()
  await prepare(fleet)
  for (const scenario of scenarios) {
    const writes = await writesOf(fleet, scenario)
    for (const instant of Object.keys(instants) as Instant[]) {
      const name = `${scenario}: killed ${instant} the commit`
      for (const nth of writes[instant]) {
        if (stop.aborted) return report
        add(report, narrator, name, await strike(fleet, scenario, instant, nth))
      }
      narrator.say(`${name}: ${report.hits[name] ?? 0} of ${writes[instant].length} writes hit`)
    }
  }
  narrator.say(`${report.violations.length} violations`)
  return report
}

const add = (report: Report, narrator: Narrator, name: string, outcome: Outcome): void => {
  if (outcome.hit) report.hits[name] = (report.hits[name] ?? 0) + 1
  if (Object.keys(outcome.broken).length === 0) return
  report.violations.push(outcome)
  for (const [promise, how] of Object.entries(outcome.broken))
    narrator.say(`  VIOLATED ${name} #${outcome.nth} '${promise}': ${how}`)
}
