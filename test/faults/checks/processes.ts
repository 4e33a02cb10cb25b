import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { readStat } from '../../../shared/host/process.ts'

/** A process that serves, as /proc shows it. */
export interface Served {
  readonly pid: number
  /** The pid alone may be somebody else's by now. */
  readonly startTicks: number
  readonly parent: number
  /** The digest in its working directory, or the directory when there is none in it. */
  readonly release: string
}

/** By the directory that a service's processes have in their environment, all that run the service's program now. */
export const servingProcesses = (program: string): ReadonlyMap<string, readonly Served[]> => {
  const found = new Map<string, Served[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const process = look(Number(name), program)
    if (process) found.set(process.shared, [...(found.get(process.shared) ?? []), process.served])
  }
  return found
}

const look = (pid: number, program: string): { shared: string; served: Served } | undefined => {
  try {
    if (!basename(readlinkSync(`/proc/${pid}/exe`)).startsWith(program)) return undefined
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
    const shared = /(?:^|\0)APPTRACKER_SHARED_DIR=([^\0]*)/.exec(environment)?.[1]
    const stat = readStat(pid)
    if (shared === undefined || !stat || 'ZX'.includes(stat.state)) return undefined
    const directory = readlinkSync(`/proc/${pid}/cwd`)
    const release = /\/releases\/([0-9a-f]{64})$/.exec(directory)?.[1] ?? directory
    return { shared, served: { pid, startTicks: stat.startTicks, parent: stat.parent, release } }
  } catch {
    return undefined
  }
}
