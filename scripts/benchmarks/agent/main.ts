import { Command } from 'commander'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { parseSetting, runCommandLine } from '../../../shared/command-line.ts'
import { Constellation } from '../../../test/dev-env/constellation.ts'
import type { Service } from '../../../test/dev-env/service.ts'
import type { Tracker } from '../../../test/dev-env/tracker.ts'
import { cpuSeconds, memoryOf, type Memory } from './process.ts'

const Count = z.coerce.number().int().min(0).max(100)
const idleSeconds = 10

/** What a real grabber takes on a host: after its start, right after each deploy, and when it has been idle for a while. */
const measure = async (flags: { deploys: string; payload: string }): Promise<void> => {
  const deploys = parseSetting(Count, '--deploys', flags.deploys)
  const payload = parseSetting(Count, '--payload', flags.payload)
  const node = await idleNode()
  show('idle Node', node)
  await using constellation = await Constellation.start({ hosts: [{ name: 'web-1', cluster: 'bench' }] })
  const { tracker } = constellation
  const { pid } = constellation.grabber('web-1')
  show('started', memoryOf(pid), node)
  await idle('started', pid, node)

  const service = await constellation.addService('web')
  for (let number = 1; number <= deploys; number++) {
    await release(tracker, service, `v${number}`, payload)
    show(`deploy ${number}`, memoryOf(pid), node)
  }
  await idle(`${deploys} deploys`, pid, node)
}

const release = async (
  tracker: Tracker,
  service: Service,
  version: string,
  megabytes: number,
): Promise<void> => {
  await service.commit(`${version}-code`)
  await writeFile(join(service.repo.path, 'payload'), randomBytes(megabytes * 1024 * 1024))
  await service.repo.commitAll(version)
  const { code, stderr } = await tracker.cli('deploy', `web@${version}`, '--all', '--yes')
  if (code !== 0) throw new Error(`the deploy of ${version} exited ${String(code)}:\n${stderr}`)
}

const idle = async (after: string, pid: number, node: Memory): Promise<void> => {
  const before = cpuSeconds(pid)
  await delay(idleSeconds * 1000)
  const used = (cpuSeconds(pid) - before).toFixed(2)
  show(`${after}, then ${idleSeconds} s idle (CPU ${used} s)`, memoryOf(pid), node)
}

/** What any Node program takes at least on this machine. */
const idleNode = async (): Promise<Memory> => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore', env: {} })
  await delay(1000)
  const memory = memoryOf(child.pid ?? 0)
  child.kill()
  return memory
}

const show = (when: string, { resident, own }: Memory, node?: Memory): void => {
  const ratio = node ? `, ${(resident / node.resident).toFixed(2)} of idle Node` : ''
  process.stdout.write(`${when}: ${resident.toFixed(1)} MB resident, ${own.toFixed(1)} its own${ratio}\n`)
}

const program = new Command('scripts/bench agent')
  .description('How much memory and CPU a grabber takes')
  .option('--deploys <number>', 'how many, one after the other', '3')
  .option('--payload <megabytes>', 'what does not compress in each artifact', '0')
  .action(measure)

await runCommandLine(program, process.argv)
