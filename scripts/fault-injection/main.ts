import { Command } from 'commander'
import * as z from 'zod'
import { parseSetting, runCommandLine } from '../../shared/command-line.ts'
import { stopSignal } from '../../shared/stop-signal.ts'
import { injectAtRandom } from './random-faults.ts'
import { Narrator } from './narrator.ts'
import { injectAtSystemCalls } from './system-calls.ts'
import { injectAtTrackerWrites } from './tracker-writes.ts'

const Count = z.coerce.number().int().min(1).max(100_000)

interface Flags {
  readonly rounds: string
  readonly seed: string
  readonly json?: boolean
  readonly logs?: string
  readonly syscalls?: boolean
  readonly trackerWrites?: boolean
}

const inject = async (flags: Flags): Promise<void> => {
  const rounds = parseSetting(Count, '--rounds', flags.rounds)
  const narrator = new Narrator(flags.json === true)
  const stop = stopSignal()
  const report = await injectAs(flags, rounds, narrator, stop)
  narrator.conclude(report)
  if (report.violations.length > 0) process.exitCode = 1
}

const injectAs = (flags: Flags, rounds: number, narrator: Narrator, stop: AbortSignal) => {
  if (flags.syscalls === true) return injectAtSystemCalls(narrator, stop)
  if (flags.trackerWrites === true) return injectAtTrackerWrites(narrator, stop)
  return injectAtRandom({ rounds, seed: flags.seed, logs: flags.logs, narrator, stop })
}

const program = new Command('scripts/faults')
  .description(
    'Breaks everything that can break under real installs, and checks from outside what was promised',
  )
  .option('--rounds <n>', 'how many rounds', '10')
  .option('--seed <seed>', 'what the schedule of operations and faults follows from', '1')
  .option('--syscalls', 'instead: kills, EIO and ENOSPC at every system call of an install in turn')
  .option('--tracker-writes', 'instead: the tracker is killed at every write of a deploy in turn')
  .option('--logs <directory>', 'where what the parts said goes, of rounds that broke a promise or took long')
  .option('--json', 'print one JSON object at the end, and nothing else on standard output')
  .action(inject)

await runCommandLine(program, process.argv)
