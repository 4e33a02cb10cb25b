import {
  blows,
  boundariesOf,
  prepare,
  scenarios,
  strikeAll,
  type Outcome,
  type Scenario,
} from '../../test/faults/syscalls/sweep.ts'
import { TracedHost } from '../../test/faults/syscalls/traced-host.ts'
import type { Narrator } from './narrator.ts'
import { SweepReport } from './sweep-report.ts'

/** Each call of each kind of install in turn, until `stop` is aborted. */
export const injectAtSystemCalls = async (
  narrator: Narrator,
  stop: AbortSignal,
): Promise<SweepReport<Outcome>> => {
  const report = new SweepReport<Outcome>()
  await using host = await TracedHost.start()
  await prepare(host)
  for (const scenario of Object.keys(scenarios) as Scenario[]) {
    for (const boundary of await boundariesOf(host, scenario)) {
      for (const blow of blows) {
        if (stop.aborted) return report
        const name = `${scenario}: ${blow} at ${boundary.call}${boundary.path === undefined ? '' : ` of ${shortened(boundary.path)}`}`
        for await (const outcome of strikeAll(host, boundary, blow))
          report.add(narrator, name, outcome.injection.nth, outcome)
        narrator.say(`${name}: ${report.hits[name] ?? 0} hit`)
      }
    }
  }
  narrator.say(`${sum(report.hits)} calls hit: ${report.violations.length} violations`)
  return report
}

const shortened = (path: string): string => path.replace(/^.*?\/(srv|state)\//, '$1/')
const sum = (hits: Record<string, number>): number =>
  Object.values(hits).reduce((total, hit) => total + hit, 0)
