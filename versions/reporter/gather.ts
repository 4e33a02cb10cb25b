import { readdir, readFile } from 'node:fs/promises'
import { readFileSync, readlinkSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ServiceName, type Digest } from '../../shared/domain/names.ts'
import { parseJournal } from '../../shared/host/journal.ts'
import { versionOf } from '../../shared/domain/settings.ts'
import { journalFile, releasesDir, servicesDir, type HostPaths } from '../../shared/host/layout.ts'
import {
  readProcessRecord,
  readServiceStatus,
  type ProcessEnd,
  type ProcessRecord,
} from '../../shared/host/process-record.ts'
import { isAlive } from '../../shared/host/process.ts'
import { readCurrent, readMarker } from '../../shared/host/release.ts'
import type { Health, ServiceReport } from '../../shared/messages/version-report.ts'

export type HealthOf = (service: string) => Promise<Health>

/** Every service of this host as it is now, from disk and /proc alone. */
export const gather = async (paths: HostPaths, host: string, health: HealthOf): Promise<ServiceReport[]> => {
  const services = await servicesOn(paths)
  return Promise.all(services.map((service) => reportOf(paths, host, service, health)))
}

const maxServices = 200

const servicesOn = async (paths: HostPaths): Promise<string[]> => {
  const onDisk = await readdir(servicesDir(paths)).catch(() => [])
  const journals = await readdir(dirname(journalFile(paths, 'any'))).catch(() => [])
  const names = new Set([...onDisk, ...journals.flatMap((name) => /^(.*)\.json$/.exec(name)?.[1] ?? [])])
  return [...names]
    .filter((name) => ServiceName.safeParse(name).success)
    .sort()
    .slice(0, maxServices)
}

/** What is installed of a service, and what really runs. */
export type Presence = Pick<ServiceReport, 'current' | 'version' | 'running' | 'pid' | 'since'>

export const presenceOf = async (paths: HostPaths, service: string): Promise<Presence> => {
  const current = await readCurrent(paths, service).catch(() => undefined)
  const version = current && (await readMarker(paths, service, current))?.version
  const record = readProcessRecord(paths, service)
  const alive = record && isAlive(record.identity) ? record : undefined
  return {
    ...(current ? { current } : {}),
    ...(version ? { version } : {}),
    ...(alive ? await runningOf(paths, service, alive) : {}),
  }
}

const reportOf = async (
  paths: HostPaths,
  host: string,
  service: string,
  health: HealthOf,
): Promise<ServiceReport> => {
  return {
    service,
    ...(await presenceOf(paths, service)),
    health: await health(service),
    ...restartsOf(paths, service),
    ...(await lastOrder(paths, host, service)),
  }
}

const restartsOf = (paths: HostPaths, service: string): Pick<ServiceReport, 'restarts'> => {
  const { restarts, lastEnd } = readServiceStatus(paths, service)
  return restarts > 0 && lastEnd
    ? { restarts: { count: restarts, at: lastEnd.at, end: textOf(lastEnd) } }
    : {}
}

const textOf = ({ code, signal }: ProcessEnd): string => {
  if (signal !== undefined) return `killed by SIG${signal}`
  return code === undefined ? 'how is not known' : `exit code ${code}`
}

const runningOf = async (
  paths: HostPaths,
  service: string,
  { identity, digest, config }: ProcessRecord,
): Promise<Pick<ServiceReport, 'running' | 'config' | 'pid' | 'since'>> => ({
  running: (await releaseOf(paths, service, identity.pid)) ?? digest,
  ...(config === undefined ? {} : { config: versionOf(config) }),
  pid: identity.pid,
  since: startedAt(identity.startTicks),
})

/** The release that a process has as its working directory; undefined when it has moved elsewhere. */
const releaseOf = async (paths: HostPaths, service: string, pid: number): Promise<Digest | undefined> => {
  try {
    const releases = `${await realpath(releasesDir(paths, service))}/`
    const directory = readlinkSync(`/proc/${pid}/cwd`)
    if (!directory.startsWith(releases)) return undefined
    return /^[0-9a-f]{64}/.exec(directory.slice(releases.length))?.[0]
  } catch {
    return undefined
  }
}

/** Of a second, on every Linux that Node runs on. */
const ticksPerSecond = 100

const startedAt = (startTicks: number): number => {
  const bootSeconds = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? 0)
  return bootSeconds * 1000 + Math.floor((startTicks * 1000) / ticksPerSecond)
}

const lastOrder = async (
  paths: HostPaths,
  host: string,
  service: string,
): Promise<Pick<ServiceReport, 'order'>> => {
  try {
    const entry = parseJournal(await readFile(journalFile(paths, service), 'utf8'))
    if (entry.host !== host) return {}
    const { seq, deployId, state, error } = entry
    return { order: { seq, deployId, state, ...(error === undefined ? {} : { error }) } }
  } catch {
    return {}
  }
}
