import { Command } from 'commander'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { parseSetting, runCommandLine } from '../../../shared/command-line.ts'
import { createDeploy, getDeploy, type DeployDetail } from '../../../shared/api/deploys.ts'
import { createPlan } from '../../../shared/api/plans.ts'
import * as z from 'zod'
import { eventually } from '../../../test/dev-env/poll.ts'
import { TemporaryDirectory } from '../../../test/dev-env/temporary-directory.ts'
import { Tracker } from '../../../test/dev-env/tracker.ts'
import { populate } from './populate.ts'
import { connectFleet } from './simulated-hosts.ts'

const Hosts = z.coerce.number().int().min(1).max(20_000)

/** How the tracker bears a fleet: real tracker, real nats-server, and hosts that answer as grabbers do but install nothing. */
const measure = async ({ hosts }: { hosts: string }): Promise<void> => {
  const count = parseSetting(Hosts, '--hosts', hosts)
  await using directory = await TemporaryDirectory.create()
  const data = join(directory.path, 'tracker')
  const { digest, agents } = await populate(data, count)
  await using tracker = await Tracker.start({ directory: directory.path })
  const server = z
    .object({ listen: z.string() })
    .parse(JSON.parse(readFileSync(join(data, 'nats', 'server.json'), 'utf8')))

  const connecting = performance.now()
  await using _fleet = await connectFleet(`nats://${server.listen}`, agents)
  show('connected', count, performance.now() - connecting)

  const body = { service: 'bench', digest, selection: { clusters: ['bench'] } }
  const planning = performance.now()
  const { hosts: planned } = await tracker.call(createPlan, { body })
  show(
    `plan with ${planned.filter(({ silent }) => silent).length} silent`,
    count,
    performance.now() - planning,
  )

  const idle = cpuSeconds(tracker.pid)
  const asked = performance.now()
  const { id } = await tracker.call(createDeploy, { body })
  show('deploy accepted', count, performance.now() - asked)
  const ended = await eventually('the deploy to end', () => endOf(tracker, id), 300_000)
  show(`deploy ${ended.state}`, count, performance.now() - asked)
  process.stdout.write(
    `tracker CPU ${(cpuSeconds(tracker.pid) - idle).toFixed(2)} s, RSS ${residentMegabytes(tracker.pid)} MB\n`,
  )
}

const endOf = async (tracker: Tracker, id: number): Promise<DeployDetail | undefined> => {
  const deploy = await tracker.call(getDeploy, { params: { id } })
  return deploy.endedAt === undefined ? undefined : deploy
}

const show = (what: string, count: number, ms: number): void => {
  process.stdout.write(`${what}: ${count} hosts in ${(ms / 1000).toFixed(2)} s\n`)
}

/** User and system time of a process so far: fields 14 and 15 of /proc/PID/stat, in ticks of 10 ms. */
const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const residentMegabytes = (pid: number): number =>
  Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)

const program = new Command('scripts/bench fleet')
  .description('How long the tracker takes to deploy to many hosts that answer at once')
  .option('--hosts <number>', 'how many', '1000')
  .action(measure)

await runCommandLine(program, process.argv)
