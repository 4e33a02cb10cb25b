import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { processesBelow } from './cgroups.ts'
import { ask } from './systemctl.ts'

/** The version of the systemd that runs this host and obeys us; undefined where there is none. */
export const commandedSystemd = async (): Promise<number | undefined> => {
  if (!existsSync('/run/systemd/system') || process.getuid?.() !== 0) return undefined
  const { output } = await ask('systemctl', ['show', '--property=Version', '--value'])
  const version = Number.parseInt(output, 10)
  return Number.isNaN(version) ? undefined : version
}

/** What runs in the cgroup of a unit. */
export const processesOf = (unit: string): number[] => [
  ...new Set(slices().flatMap((slice) => processesBelow(join(slice, unit)))),
]

/** Where systemd has the cgroups of services: relative to its own, in the hierarchies that it keeps. */
const slices = (): string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, mount = '', type, options = ''] = line.split(' ')
      const isKept = type === 'cgroup2' || (type === 'cgroup' && options.includes('name=systemd'))
      return isKept ? [join(mount, ownCgroup(), '..', 'system.slice')] : []
    })

/** Of PID 1: `/init.scope`, or below that of a container. */
const ownCgroup = (): string =>
  /^(?:0:|\d+:name=systemd):(\/.*)$/m.exec(readFileSync('/proc/1/cgroup', 'utf8'))?.[1] ?? '/init.scope'
