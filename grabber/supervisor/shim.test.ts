import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { logDir, processFile, sharedDir } from '../../shared/host/layout.ts'
import { readRunState } from '../../shared/host/process-record.ts'
import { isAlive, readStat } from '../../shared/host/process.ts'
import { createLogger } from '../../shared/log.ts'
import { launchOf } from '../../test/dev-env/launch.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { describeSupervisor, SupervisedHost, type Create } from '../../test/dev-env/supervisor-contract.ts'
import { Cgroups } from './cgroups.ts'
import { livingMarked } from './members.ts'
import { ShimSupervisor } from './shim.ts'

const log = createLogger('test', 'silent')
const create: Create = (paths, allowRoot) => new ShimSupervisor({ paths, allowRoot, log })

describeSupervisor('shim', create)

let host: SupervisedHost

beforeEach(async () => {
  host = await SupervisedHost.create(create)
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
})

const shims = (): number[] =>
  livingMarked({ name: 'APPTRACKER_SHIM_OF', value: sharedDir(host.paths, 'web') })
const shimOf = () => {
  const shim = readRunState(host.paths, 'web')?.shim
  return shim && isAlive(shim) ? shim : undefined
}

describe('a shim that was killed', () => {
  let watching: AbortController
  beforeEach(() => {
    watching = new AbortController()
  })
  afterEach(() => watching.abort())

  test('leaves its service running, which gets a new one and is still started again later, once', async () => {
    const identity = await host.start('sleep 310')
    const first = shimOf()
    process.kill(first!.pid, 'SIGKILL')
    expect(host.supervisor.find('web')?.identity).toEqual(identity)
    void host.supervisor.keepWatch(watching.signal)
    const shim = await eventually('a new shim', () => shimOf()?.pid !== first?.pid && shimOf())
    expect(host.supervisor.members('web')).toEqual([identity.pid])
    process.kill(identity.pid, 'SIGKILL')
    const another = await host.anotherProcess(identity)
    // Written down at its fork, it joins its cgroups a moment later.
    await expect.poll(() => host.supervisor.members('web')).toEqual([another.pid])
    expect(shimOf()).toEqual(shim)
    expect(host.supervisor.status('web').restarts).toBe(1)
  })

  test('together with its service is replaced, and the service started again', async () => {
    const identity = await host.start('sleep 311')
    for (const pid of [...shims(), identity.pid]) process.kill(pid, 'SIGKILL')
    void host.supervisor.keepWatch(watching.signal)
    const another = await host.anotherProcess(identity)
    await expect.poll(() => host.supervisor.members('web')).toEqual([another.pid])
  })

  test('does not come back once its service was stopped', async () => {
    await host.start('sleep 312')
    void host.supervisor.keepWatch(watching.signal)
    process.kill(shimOf()!.pid, 'SIGKILL')
    await host.stop()
    expect(shims()).toEqual([])
    expect(host.supervisor.members('web')).toEqual([])
  })

  test('while it waits to start again a service that died is replaced by one that does', async () => {
    await host.start(`sh -c 'exit 7'`)
    await eventually('its end', () => host.supervisor.status('web').lastEnd)
    process.kill(shimOf()!.pid, 'SIGKILL')
    void host.supervisor.keepWatch(watching.signal)
    await eventually('more starts', () => host.supervisor.status('web').restarts >= 1)
  })
})

test('a service that goes on dying is started again ever later', async () => {
  const starts = (): number[] =>
    readFileSync(join(sharedDir(host.paths, 'web'), 'starts'), 'utf8')
      .trim()
      .split('\n')
      .map(Number)
  await host.start(`sh -c 'date +%s.%N >>"$APPTRACKER_SHARED_DIR/starts"; exit 1'`)
  await eventually('four starts', () => host.supervisor.status('web').restarts >= 3)
  const [first = 0, second = 0, third = 0, fourth = 0] = await eventually(
    'four',
    () => starts().length >= 4 && starts(),
  )
  expect(Math.round(second - first)).toBe(1)
  expect(Math.round(third - second)).toBe(2)
  expect(Math.round(fourth - third)).toBe(4)
})

test('a second start leaves no shim of the first', async () => {
  await host.start(`sh -c 'exit 1'`)
  const first = shims()
  await eventually('its end', () => host.supervisor.status('web').lastEnd)
  await host.start('sleep 313')
  expect(shims().filter((pid) => first.includes(pid))).toEqual([])
})

test('a process whose record was lost is found by its environment', async () => {
  const bare = new ShimSupervisor({ paths: host.paths, allowRoot: true, log, cgroups: new Cgroups([]) })
  const { identity } = await bare.start(await launchOf(host.paths, 'sleep 314'))
  writeFileSync(processFile(host.paths, 'web'), 'half a rec')
  expect(bare.members('web')).toEqual([identity.pid])
})

test('without cgroups, limits that need them are refused, and double forks are found by their environment', async () => {
  const bare = new ShimSupervisor({ paths: host.paths, allowRoot: true, log, cgroups: new Cgroups([]) })
  const limited = await launchOf(host.paths, 'true', { limits: { memory: '50M', cpu: 1 } })
  await expect(bare.requireRunnable(limited)).rejects.toThrow(/limit \(memory, cpu\) that cannot be enforced/)
  await bare.start(
    await launchOf(host.paths, `sh -c 'setsid sh -c "sleep 315 & exit" & wait; exec sleep 315'`),
  )
  await eventually('both', () => bare.members('web').length >= 2)
  const before = bare.members('web')
  await bare.stop('web', { signal: 'SIGTERM', grace: 1000 }, AbortSignal.timeout(10_000))
  for (const pid of before) expect(readStat(pid)?.state ?? 'Z').toBe('Z')
})

test('a service that floods its log is kept to a few times its limit, and runs on', async () => {
  // A file says that the flood is over: a line in the log may be among those that are dropped.
  const over = join(host.paths.root, 'over')
  const identity = await host.start(
    `sh -c 'yes "a line of the flood that goes on and on" & sleep 4; kill $!; echo > ${over}; exec sleep 316'`,
  )
  let most = 0
  const directory = logDir(host.paths, 'web')
  await eventually('the flood to be over', () => {
    most = Math.max(
      most,
      readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0),
    )
    return existsSync(over) || undefined
  })
  expect(host.supervisor.find('web')?.identity).toEqual(identity)
  console.log(`the flood took ${(most / 2 ** 20).toFixed(0)} MB at most`)
  expect(most).toBeLessThan(300 * 2 ** 20)
})

test('an idle shim takes next to no memory and no time', async () => {
  await host.start('sleep 317')
  const pids = shims()
  const kilobytes = (name: string): number =>
    pids.reduce(
      (sum, pid) =>
        sum +
        Number(
          new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1],
        ),
      0,
    )
  const ticks = (): string =>
    pids
      .map((pid) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ').slice(13, 15).join('+'))
      .join(' ')
  const before = ticks()
  execFileSync('sleep', ['2'])
  expect(ticks()).toBe(before)
  console.log(`shim: ${pids.length} processes, Pss ${kilobytes('Pss')} kB, Rss ${kilobytes('Rss')} kB`)
  expect(kilobytes('Pss')).toBeLessThan(4096)
})
