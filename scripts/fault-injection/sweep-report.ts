import type { Narrator } from './narrator.ts'

/** What came of one blow. */
interface SweptOutcome {
  /** False when there was nothing to hit. */
  readonly hit: boolean
  /** By promise. */
  readonly broken: Record<string, string>
}

/** What came of blows to each of many things in turn. */
export class SweepReport<Outcome extends SweptOutcome> {
  /** How many were hit, by what was done to them. */
  readonly hits: Record<string, number> = {}
  readonly violations: Outcome[] = []

  /** Takes in what came of the `nth` blow of a kind, and tells which promises it broke. */
  add(narrator: Narrator, name: string, nth: number, outcome: Outcome): void {
    if (outcome.hit) this.hits[name] = (this.hits[name] ?? 0) + 1
    if (Object.keys(outcome.broken).length === 0) return
    this.violations.push(outcome)
    for (const [promise, how] of Object.entries(outcome.broken))
      narrator.say(`  VIOLATED ${name} #${nth} '${promise}': ${how}`)
  }
}
