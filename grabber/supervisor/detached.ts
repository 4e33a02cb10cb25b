import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { errnoOf, messageOf, PersonError } from '../../shared/errors.ts'
import { logDir, processFile, sharedDir, type HostPaths } from '../../shared/host/layout.ts'
import {
  readProcessRecord,
  readServiceStatus,
  type ProcessRecord,
  type ServiceStatus,
} from '../../shared/host/process-record.ts'
import { bootId, isAlive, readStat } from '../../shared/host/process.ts'
import { removeDurably, writeDurably } from '../durable.ts'
import type { Launch } from '../releases/launch.ts'
import { livingMembers, ownsGroup } from './members.ts'
import { lastLines, rotateLog } from './output.ts'
import type { StopSettings, Supervisor } from './supervisor.ts'

/** How long processes may take to vanish after SIGKILL, in ms: only one stuck in the kernel takes longer. */
const killLimit = 10_000

/** Each service is a session of its own, its output a file: it lives on when the grabber dies, and is found again by its record. */
export class DetachedSupervisor implements Supervisor {
  readonly #paths: HostPaths
  readonly #ends = new Map<number, string>()

  constructor(paths: HostPaths) {
    this.#paths = paths
  }

  async requireRunnable(): Promise<void> {
    // Nothing is asked for yet that could not be had.
  }

  async keepWatch(): Promise<void> {
    // Nothing is started again yet.
  }

  async start(launch: Launch): Promise<ProcessRecord> {
    const log = await this.#openLog(launch.service)
    try {
      const { size } = await log.stat()
      const startedAt = Date.now()
      const child = this.#spawn(launch, log)
      // Read before the event loop can reap it: even if it has already ended, its start time is still there.
      const stat = child.pid === undefined ? undefined : readStat(child.pid)
      if (child.pid === undefined || !stat) throw await spawnError(child, launch)
      const identity = { bootId: bootId(), pid: child.pid, startTicks: stat.startTicks }
      const record: ProcessRecord = { v: 1, identity, digest: launch.digest, startedAt, logOffset: size }
      await writeDurably(processFile(this.#paths, launch.service), JSON.stringify(record))
      return record
    } finally {
      await log.close()
    }
  }

  async stop(service: string, { signal: name, grace }: StopSettings, signal: AbortSignal): Promise<void> {
    this.#signal(service, name)
    const ended = (await this.#gone(service, grace, signal)) || (await this.#kill(service, signal))
    if (!ended) throw stuck(service, this.members(service))
    await removeDurably(processFile(this.#paths, service))
  }

  find(service: string): ProcessRecord | undefined {
    const record = readProcessRecord(this.#paths, service)
    return record && isAlive(record.identity) ? record : undefined
  }

  members(service: string): number[] {
    const record = readProcessRecord(this.#paths, service)
    return livingMembers(record?.identity, {
      name: 'APPTRACKER_SHARED_DIR',
      value: sharedDir(this.#paths, service),
    })
  }

  status(service: string): ServiceStatus {
    return readServiceStatus(this.#paths, service)
  }

  howEnded({ identity }: ProcessRecord): string | undefined {
    if (isAlive(identity)) return undefined
    return this.#ends.get(identity.pid) ?? 'how is not known'
  }

  async lastOutput(service: string): Promise<string[]> {
    const record = readProcessRecord(this.#paths, service)
    return record ? lastLines(this.#logFile(service), record.logOffset) : []
  }

  #spawn(launch: Launch, log: FileHandle): ChildProcess {
    const child = spawn('/bin/sh', ['-c', `exec ${launch.config.run.command}`], {
      cwd: launch.directory,
      env: launch.environment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    child.on('exit', (code, killedBy) => {
      this.#rememberEnd(child.pid, code === null ? `killed by ${String(killedBy)}` : `exit code ${code}`)
    })
    child.unref()
    return child
  }

  #rememberEnd(pid: number | undefined, end: string): void {
    if (this.#ends.size > 100) this.#ends.clear()
    if (pid !== undefined) this.#ends.set(pid, end)
  }

  async #openLog(service: string): Promise<FileHandle> {
    await mkdir(logDir(this.#paths, service), { recursive: true })
    await rotateLog(this.#logFile(service))
    return open(this.#logFile(service), 'a', 0o640)
  }

  #logFile(service: string): string {
    return join(logDir(this.#paths, service), 'output.log')
  }

  #signal(service: string, name: NodeJS.Signals): void {
    const first = readProcessRecord(this.#paths, service)?.identity
    const members = this.members(service)
    const group = first !== undefined && ownsGroup(first) ? first.pid : undefined
    const inGroup = (pid: number): boolean => group !== undefined && readStat(pid)?.group === group
    if (group !== undefined && members.some(inGroup)) send(-group, name)
    for (const pid of members) if (!inGroup(pid)) send(pid, name)
  }

  /** Again and again, for what forked meanwhile. */
  async #kill(service: string, signal: AbortSignal): Promise<boolean> {
    const deadline = Date.now() + killLimit
    while (Date.now() < deadline) {
      this.#signal(service, 'SIGKILL')
      if (await this.#gone(service, 100, signal)) return true
    }
    return false
  }

  async #gone(service: string, limit: number, signal: AbortSignal): Promise<boolean> {
    const deadline = Date.now() + limit
    for (let pause = 5; this.members(service).length > 0; pause = Math.min(pause * 1.5, 200)) {
      const left = deadline - Date.now()
      if (left <= 0) return false
      await delay(Math.min(pause, left), undefined, { signal })
    }
    return true
  }
}

const send = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
  }
}

const spawnError = async (child: ChildProcess, { service, directory }: Launch): Promise<PersonError> => {
  const error = await new Promise<unknown>((resolve) => child.once('error', resolve))
  return new PersonError('internal', `${service} cannot be started in ${directory}: ${messageOf(error)}.`, {
    cause: error,
  })
}

const stuck = (service: string, pids: readonly number[]): PersonError =>
  new PersonError('internal', `Process ${pids.join(', ')} of ${service} does not end, not even by SIGKILL.`, {
    hint: 'It is stuck in the kernel, often on a dead disk or network mount: look at its wait channel, or reboot the host.',
  })
