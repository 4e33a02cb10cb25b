import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { createDeploy, getDeploy, type DeployDetail } from '../../../shared/api/deploys.ts'
import { parseSetting, runCommandLine } from '../../../shared/command-line.ts'
import { TemporaryDirectory } from '../../../test/dev-env/temporary-directory.ts'
import { Tracker } from '../../../test/dev-env/tracker.ts'
import { populate } from '../fleet/populate.ts'
import { connectFleet } from '../fleet/simulated-hosts.ts'
import { Moments, ownMs } from './timed-hosts.ts'

const Count = z.coerce.number().int().min(1).max(20_000)
const lookEveryMs = 500
const endsWithinMs = 300_000

/** What the rollout engine costs by itself: real tracker, real nats-server, and hosts of which each one's own time is known. */
const measure = async (flags: { hosts: string; batches: string; runs: string }): Promise<void> => {
  const hosts = parseSetting(Count, '--hosts', flags.hosts)
  const batches = parseSetting(Count, '--batches', flags.batches)
  const runs = parseSetting(Count, '--runs', flags.runs)
  await using directory = await TemporaryDirectory.create()
  const data = join(directory.path, 'tracker')
  const { digest, agents } = await populate(data, hosts)
  await using tracker = await Tracker.start({ directory: directory.path })
  const moments = new Moments(agents.map(({ id }) => id))
  await using _fleet = await connectFleet(natsUrlOf(data), agents, moments.carryOut)
  const gaps: number[] = []
  const added: number[] = []
  for (let run = 0; run < runs; run++) {
    moments.reset()
    const { createdAt, endedAt = Infinity, state } = await deploy(tracker, digest, Math.ceil(hosts / batches))
    if (state !== 'succeeded') throw new Error(`the deploy is ${state}`)
    gaps.push(moments.gap)
    added.push(endedAt - createdAt - ownMs.stage - batches * ownMs.activate)
  }
  show('last host staged to first order to activate', gaps)
  show(`added to the hosts' own time by ${hosts} hosts in ${batches} batches`, added)
}

const natsUrlOf = (data: string): string => {
  const server = JSON.parse(readFileSync(join(data, 'nats', 'server.json'), 'utf8')) as unknown
  return `nats://${z.object({ listen: z.string() }).parse(server).listen}`
}

/** Looks seldom, so that looking costs nothing: the tracker itself says when it began and when it ended. */
const deploy = async (tracker: Tracker, digest: string, batch: number): Promise<DeployDetail> => {
  const rollout = { canary: 0, batch }
  const selection = { clusters: ['bench'], labels: [] }
  const { id } = await tracker.call(createDeploy, { body: { service: 'bench', digest, selection, rollout } })
  const until = Date.now() + endsWithinMs
  while (Date.now() < until) {
    await delay(lookEveryMs)
    const found = await tracker.call(getDeploy, { params: { id } })
    if (found.endedAt !== undefined) return found
  }
  throw new Error(`deploy ${id} did not end`)
}

const show = (what: string, times: readonly number[]): void => {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): string =>
    `${(sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(1)} ms`
  process.stdout.write(`${what}: p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} (${times.length} runs)\n`)
}

const program = new Command('scripts/bench rollout')
  .description('What the rollout engine adds to the time that the hosts themselves take')
  .option('--hosts <number>', 'how many', '500')
  .option('--batches <number>', 'in how many batches', '10')
  .option('--runs <number>', 'how many deploys, one after the other', '10')
  .action(measure)

await runCommandLine(program, process.argv)
