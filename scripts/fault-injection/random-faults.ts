import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runRound, type Round, type Violation } from '../../test/faults/rounds.ts'
import {
  drawSchedule,
  type BuildOperation,
  type Fault,
  type Operation,
  type Schedule,
} from '../../test/faults/schedule.ts'
import { World } from '../../test/faults/world/world.ts'
import type { Narrator } from './narrator.ts'

export interface RandomFaults {
  readonly rounds: number
  readonly seed: string
  readonly narrator: Narrator
  readonly stop: AbortSignal
  /** Where the logs of noteworthy rounds go. */
  readonly logs: string | undefined
}

/** A round that takes longer has waited for something. */
const longMs = 15_000

export interface Report {
  /** How many were run to their end. */
  rounds: number
  readonly faults: Record<string, number>
  readonly violations: Violation[]
  readonly seed: string
}

/** Round after round, until all are run or `stop` is aborted. */
export const injectAtRandom = async ({
  rounds,
  seed,
  narrator,
  stop,
  logs,
}: RandomFaults): Promise<Report> => {
  const report: Report = { rounds: 0, faults: {}, violations: [], seed }
  narrator.say(
    'Starting a tracker, two packers, three hosts and what lies between them; building what is deployed …',
  )
  await using world = await World.start()
  if (!world.hosts[0]?.disk)
    narrator.say('fill-disk is skipped: only root may mount the small disks it needs.')
  for (let number = 1; number <= rounds && !stop.aborted; number++) {
    const schedule = drawSchedule(seed, number)
    const round = await runRound(world, schedule)
    add(report, round)
    narrator.say(lineOf(schedule, round))
    if (logs !== undefined && (round.violations.length > 0 || round.tookMs > longMs))
      await keepLogs(world, join(logs, `${seed}-${number}`))
    for (const violation of round.violations) narrator.say(`  VIOLATED ${describe(violation)}`)
  }
  narrator.say(`${report.rounds} rounds of seed ${seed}: ${report.violations.length} violations`)
  return report
}

const keepLogs = async (world: World, directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'tracker.log'), world.api.output)
  for (const { name, output } of [...world.packers, ...world.hosts])
    await writeFile(join(directory, `${name}.log`), output)
}

const add = (report: Report, { faults, violations }: Round): void => {
  report.rounds++
  report.violations.push(...violations)
  for (const kind of faults) report.faults[kind] = (report.faults[kind] ?? 0) + 1
}

const lineOf = ({ round, operations, builds, faults }: Schedule, { tookMs }: Round): string =>
  `${String(round).padStart(4)} ${(tookMs / 1000).toFixed(1).padStart(5)} s  ${[...operations.map(operationText), ...builds.map(buildText)].join(', ')} | ${faults.map(faultText).join(', ')}`

const operationText = ({ kind, service, version, hosts }: Operation): string =>
  kind === 'deploy'
    ? `${service}@${version} on ${hosts.length === 1 ? String(hosts[0]) : 'all'}`
    : `${kind} ${service}`

const buildText = ({ service, cancelAfter }: BuildOperation): string =>
  `build ${service}${cancelAfter === undefined ? '' : ' and cancel it'}`

const faultText = ({ kind, host, at }: Fault): string =>
  `${kind} ${host} ${at.state ? `${at.state.name} of ${at.state.service} ` : ''}+${at.after}`

const describe = ({ host, service, promise, how }: Violation): string =>
  [host, service, `'${promise}'`].filter(Boolean).join(' ') + `: ${how}`
