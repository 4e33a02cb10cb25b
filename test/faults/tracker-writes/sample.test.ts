import { afterAll, beforeAll, expect, test } from 'vitest'
import { Fleet } from './fleet.ts'
import { prepare, strike, writesOf, type Instant, type Scenario } from './sweep.ts'

/** A thin, fixed choice of what `scripts/faults --tracker-writes` tries wholly: by the share of the deploy that is written. */
const chosen: readonly (readonly [Scenario, Instant, number])[] = [
  ['a good release', 'after', 0],
  ['a good release', 'before', 0.5],
  ['a release that goes back', 'after', 0.4],
  ['a release that goes back', 'before', 0.7],
]

let fleet: Fleet

beforeAll(async () => {
  fleet = await Fleet.start()
  await prepare(fleet)
})
afterAll(() => fleet[Symbol.asyncDispose]())

test.each(chosen)(
  '%s: a tracker that is killed %s write %d of all goes on',
  async (scenario, instant, share) => {
    const writes = (await writesOf(fleet, scenario))[instant]
    const nth = writes[Math.floor(share * writes.length)] ?? 0
    expect(await strike(fleet, scenario, instant, nth)).toMatchObject({ hit: true, broken: {} })
  },
)
