import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { errnoOf } from '../../shared/errors.ts'
import { sharedDir } from '../../shared/host/layout.ts'
import { servingProcesses, type Served } from './checks/processes.ts'
import { Random } from './random.ts'
import { serviceNames, type Fault, type FaultKind } from './schedule.ts'
import type { FaultyHost } from './world/host.ts'
import type { FaultyPacker } from './world/packer.ts'
import type { World } from './world/world.ts'

/** Breaks one thing, and mends it in time; false when there was nothing to break. */
type Injector = (world: World, fault: Fault) => Promise<boolean>

/** While `fault` lasts, then `mend`. */
const lasting = async ({ lasts }: Fault, mend: () => void | Promise<void>): Promise<true> => {
  await delay(lasts)
  await mend()
  return true
}

export const injectors: Readonly<Record<FaultKind, Injector>> = {
  'kill-grabber': (world, { host, lasts }) => world.host(host).grabber.end('kill', lasts),
  'stop-grabber': (world, { host, lasts }) => world.host(host).grabber.end('stop', lasts),
  'kill-tracker': (world, { lasts }) => world.tracker.end('kill', lasts),
  'kill-nats': (world) => Promise.resolve(kill(world.natsPid)),
  'kill-packer': (world, fault) => packerOf(world, fault).life.end('kill', fault.lasts),
  'freeze-packer': (world, fault) => packerOf(world, fault).freeze(fault.lasts),
  'kill-shim': (world, { host }) => Promise.resolve(shimsOf(world.host(host)).map(kill).some(Boolean)),
  'kill-service': (world, { host }) =>
    Promise.resolve(
      servicesOf(world.host(host))
        .map(({ pid }) => kill(pid))
        .some(Boolean),
    ),
  'cut-network': (world, fault) => {
    const { nats } = world.host(fault.host)
    nats.cut()
    return lasting(fault, () => nats.heal())
  },
  'stall-network': (world, fault) => {
    const { nats } = world.host(fault.host)
    nats.stall()
    return lasting(fault, () => nats.heal())
  },
  'shuffle-messages': (world, fault) => {
    for (const { nats } of world.hosts) nats.shuffle(new Random(String(fault.dice)))
    return lasting({ ...fault, lasts: 2 * fault.lasts }, () => {
      for (const { nats } of world.hosts) nats.heal()
    })
  },
  'replay-orders': (world) => Promise.resolve(world.hosts.map(({ nats }) => nats.replay()).some(Boolean)),
  'corrupt-download': (world, fault) => spoil(world, fault, 'corrupt'),
  'truncate-download': (world, fault) => spoil(world, fault, 'truncate'),
  'refuse-download': (world, fault) => spoil(world, fault, 'refuse'),
  'fill-disk': async (world, fault) => {
    const { disk } = world.host(fault.host)
    if (!disk) return false
    // From nothing at all to a few files' worth: which step it hits is left to chance.
    await disk.fill(Math.floor(fault.dice * 40) * 1024)
    return lasting(fault, () => disk.free())
  },
}

const packerOf = ({ packers }: World, { dice }: Fault): FaultyPacker => {
  const packer = packers[Math.floor(dice * packers.length)]
  if (!packer) throw new Error('there is no packer')
  return packer
}

const spoil = (world: World, fault: Fault, kind: 'corrupt' | 'truncate' | 'refuse'): Promise<boolean> => {
  world.downloads.spoil(kind, fault.dice)
  return lasting(fault, () => world.downloads.heal())
}

/** What looks after this host's services: a parent of theirs that was told of the host's own directories. */
const shimsOf = (host: FaultyHost): number[] => {
  const parents = servicesOf(host).map(({ parent }) => parent)
  // An orphan's parent is whoever adopts orphans on this machine, who must not be touched.
  return [...new Set(parents)].filter((pid) => commandLineOf(pid).includes(`${host.paths.root}/`))
}

const servicesOf = ({ paths }: FaultyHost): Served[] => {
  const serving = servingProcesses('python3')
  return serviceNames.flatMap((service) => serving.get(sharedDir(paths, service)) ?? [])
}

const commandLineOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

const kill = (pid: number): boolean => {
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
    return false
  }
}
