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
import { SweepReport } from './sweep-report.ts'

/** The tracker is killed at each write of a deploy in turn, until `stop` is aborted. */
export const injectAtTrackerWrites = async (
  narrator: Narrator,
  stop: AbortSignal,
): Promise<SweepReport<Outcome>> => {
  const report = new SweepReport<Outcome>()
  await using fleet = await Fleet.start()
  await prepare(fleet)
  for (const scenario of scenarios) {
    const writes = await writesOf(fleet, scenario)
    for (const instant of Object.keys(instants) as Instant[]) {
      const name = `${scenario}: killed ${instant} the commit`
      for (const nth of writes[instant]) {
        if (stop.aborted) return report
        report.add(narrator, name, nth, await strike(fleet, scenario, instant, nth))
      }
      narrator.say(`${name}: ${report.hits[name] ?? 0} of ${writes[instant].length} writes hit`)
    }
  }
  narrator.say(`${report.violations.length} violations`)
  return report
}
