import { spawn } from 'node:child_process'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { grabberService } from '../../shared/domain/names.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import { logDir, processFile, runFile, sharedDir, type HostPaths } from '../../shared/host/layout.ts'
import {
  readProcessRecord,
  readRunState,
  readServiceStatus,
  type ProcessRecord,
  type RunState,
  type ServiceStatus,
} from '../../shared/host/process-record.ts'
import { bootId, isAlive, readStat } from '../../shared/host/process.ts'
import type { Logger } from '../../shared/log.ts'
import { removeDurably, writeDurably } from '../durable.ts'
import type { Conceal } from '../releases/conceal.ts'
import type { Launch } from '../releases/launch.ts'
import { Cgroups } from './cgroups.ts'
import { CommonScript } from './common-script.ts'
import { gone, killAll, send } from './ending.ts'
import { Ends } from './how-ended.ts'
import { launchScript } from './launch-script.ts'
import {
  hasMark,
  livingMarked,
  livingMembers,
  livingStat,
  ownsGroup,
  type EnvironmentMark,
} from './members.ts'
import { openFilesLimit } from './open-files.ts'
import { lastLinesSince } from './output.ts'
import { requireAllowedUser, requireEnforceable, requireSwitching } from './run-policy.ts'
import { prepareSharedDirectory } from './shared-directory.ts'
import { shimScript } from './shim-script.ts'
import type { StopSettings, Supervisor } from './supervisor.ts'
import { Turns } from './turns.ts'

/** A log and its four predecessors take about five times this, in bytes. */
const logLimit = 10 * 1024 * 1024
const shimVariable = 'APPTRACKER_SHIM_OF'
/** How long a shim may take until the service's command runs, in ms: on a host that is busy, not one that is idle. */
const beginLimit = 15_000
/** How often it is seen to that every service has its shim, in ms. */
const lookEvery = 3000

export interface ShimOptions {
  readonly paths: HostPaths
  readonly allowRoot: boolean
  readonly log: Logger
  readonly cgroups?: Cgroups
}

/**
 * Where there is no systemd: each service is a session of its own, its output a file, and a shim (shim-script.ts) starts it again.
 * Service and shim live on when the grabber dies, and a service whose shim died gets a new one.
 */
export class ShimSupervisor implements Supervisor {
  readonly #paths: HostPaths
  readonly #allowRoot: boolean
  readonly #log: Logger
  readonly #cgroups: Cgroups
  readonly #ends: Ends
  readonly #turns = new Turns()
  readonly #script: CommonScript

  constructor({ paths, allowRoot, log, cgroups = Cgroups.ofThisHost() }: ShimOptions) {
    this.#paths = paths
    this.#allowRoot = allowRoot
    this.#log = log
    this.#cgroups = cgroups
    this.#ends = new Ends(paths)
    this.#script = new CommonScript(join(dirname(processFile(paths, 'any')), 'shim.sh'), shimScript)
  }

  async requireRunnable(launch: Launch): Promise<void> {
    requireAllowedUser(launch, this.#allowRoot)
    requireSwitching(launch)
    const { limits } = launch.config.run
    const tooManyFiles = (limits.files ?? 0) > (await openFilesLimit())
    requireEnforceable(launch.service, [
      ...this.#cgroups.unenforceable(limits),
      ...(tooManyFiles ? ['files'] : []),
    ])
  }

  start(launch: Launch): Promise<ProcessRecord> {
    return this.#turns.take(launch.service, async () => {
      const { service, edition } = launch
      await this.#endShims(service, AbortSignal.timeout(beginLimit))
      await rm(runFile(this.#paths, service), { force: true })
      const logOffset = await this.#prepareDirectories(launch)
      await this.#writeLaunchScript(launch)
      const startedAt = Date.now()
      const { identity } = await this.#beginShim(service)
      const record: ProcessRecord = { v: 1, identity, ...edition, startedAt, logOffset }
      await writeDurably(processFile(this.#paths, service), JSON.stringify(record))
      return record
    })
  }

  /** The shim goes first: what it would start again could not be stopped. */
  stop(service: string, { signal: name, grace }: StopSettings, signal: AbortSignal): Promise<void> {
    return this.#turns.take(service, async () => {
      await this.#endShims(service, signal)
      this.#signal(service, name)
      await gone(() => this.members(service), grace, signal)
      await this.#killMembers(service, signal)
      await this.#cgroups.remove(this.#cgroupOf(service))
      await rm(this.#launchFile(service), { force: true })
      await rm(runFile(this.#paths, service), { force: true })
      await removeDurably(processFile(this.#paths, service))
    })
  }

  find(service: string): ProcessRecord | undefined {
    const record = readProcessRecord(this.#paths, service)
    return record && isAlive(record.identity) ? record : undefined
  }

  status(service: string): ServiceStatus {
    return readServiceStatus(this.#paths, service)
  }

  members(service: string): number[] {
    const record = readProcessRecord(this.#paths, service)
    const mark = { name: 'APPTRACKER_SHARED_DIR', value: sharedDir(this.#paths, service) }
    const together = this.#cgroups.members(this.#cgroupOf(service)).filter((pid) => livingStat(pid))
    return [...new Set([...together, ...livingMembers(record?.identity, mark)])]
  }

  howEnded(service: string, record: ProcessRecord): string | undefined {
    return this.#ends.describe(service, record)
  }

  async lastOutput(service: string, conceal: Conceal): Promise<string[]> {
    const record = readProcessRecord(this.#paths, service)
    if (!record) return []
    return lastLinesSince(this.#logFile(service), record.logOffset, record.startedAt, conceal)
  }

  async keepWatch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const services = await this.#startedServices()
      await Promise.all(services.map((service) => this.#giveShim(service)))
      await delay(lookEvery, undefined, { signal }).catch(() => undefined)
    }
  }

  async #startedServices(): Promise<string[]> {
    const names = await readdir(dirname(processFile(this.#paths, 'any')))
    return names
      .flatMap((name) => /^(.*)\.json$/.exec(name)?.[1] ?? [])
      .filter((service) => service !== grabberService && !this.#turns.isTaken(service))
  }

  async #giveShim(service: string): Promise<void> {
    try {
      if (!this.#lacksShim(service)) return
      await this.#turns.take(service, async () => {
        const record = readProcessRecord(this.#paths, service)
        if (!record || !this.#lacksShim(service)) return
        const limit = AbortSignal.timeout(beginLimit)
        await this.#endShims(service, limit)
        if (!isAlive(record.identity)) await this.#killMembers(service, limit)
        const { identity } = await this.#beginShim(service, record)
        this.#log.warn({ service, pid: identity.pid }, 'the shim had died; a new one watches the service')
      })
    } catch (error) {
      this.#log.error({ service, err: messageOf(error) }, 'no shim watches the service')
    }
  }

  /** After a reboot there is nothing to watch: `current` is started anew by whoever recovers the service. */
  #lacksShim(service: string): boolean {
    const record = readProcessRecord(this.#paths, service)
    if (record?.identity.bootId !== bootId()) return false
    const shim = readRunState(this.#paths, service)?.shim
    return !shim || !isAlive(shim)
  }

  /** Starts a shim, and returns what it wrote down: about a new process, or about that of `adopted`. */
  async #beginShim(service: string, adopted?: ProcessRecord): Promise<RunState> {
    await this.#script.provide()
    const shim = spawn('/bin/sh', [this.#script.path, ...this.#shimArguments(service, adopted)], {
      cwd: '/',
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        [shimVariable]: this.#mark(service).value,
      },
      detached: true,
      stdio: 'ignore',
    })
    const failure = new Promise<never>((_, reject) => shim.once('error', reject))
    shim.unref()
    const begun = await Promise.race([this.#begun(service, shim.pid), failure])
    if (begun) return begun
    await this.#endShims(service, AbortSignal.timeout(beginLimit))
    throw notBegun(service, this.#paths.state)
  }

  #shimArguments(service: string, adopted?: ProcessRecord): string[] {
    const run = adopted && readRunState(this.#paths, service)
    const [cgroup = ''] = this.#cgroups.memberFiles(this.#cgroupOf(service))
    return [
      this.#launchFile(service),
      runFile(this.#paths, service),
      this.#logFile(service),
      String(logLimit),
      cgroup,
      String(run?.restarts ?? 0),
      run?.lastEnd ? `,"lastEnd":${JSON.stringify(run.lastEnd)}` : '',
      ...(adopted ? [String(adopted.identity.pid), String(adopted.identity.startTicks)] : []),
    ]
  }

  /** Waits until the shim wrote down the process, and this has become the service's command or ended. */
  async #begun(service: string, shim: number | undefined): Promise<RunState | undefined> {
    const deadline = Date.now() + beginLimit
    for (let pause = 2; Date.now() < deadline; pause = Math.min(pause * 1.5, 100)) {
      const run = readRunState(this.#paths, service)
      if (run?.shim?.pid === shim && run && !hasMark(run.identity.pid, this.#mark(service))) return run
      await delay(pause)
    }
    return undefined
  }

  /** And the helpers of shims, also of one that has died itself. */
  async #endShims(service: string, signal: AbortSignal): Promise<void> {
    const shims = (): number[] => livingMarked(this.#mark(service))
    const kill = (): void => {
      for (const pid of shims()) send(pid, 'SIGKILL')
    }
    await killAll(`the shim of ${service}`, shims, kill, signal)
  }

  #mark(service: string): EnvironmentMark {
    return { name: shimVariable, value: sharedDir(this.#paths, service) }
  }

  /** The log stays the grabber's: root empties it, and must not be led elsewhere by a link in its place. */
  async #prepareDirectories(launch: Launch): Promise<number> {
    await prepareSharedDirectory(this.#paths, launch)
    await mkdir(logDir(this.#paths, launch.service), { recursive: true })
    const log = await open(this.#logFile(launch.service), 'a', 0o640)
    try {
      return (await log.stat()).size
    } finally {
      await log.close()
    }
  }

  async #writeLaunchScript(launch: Launch): Promise<void> {
    const name = this.#cgroupOf(launch.service)
    await this.#cgroups.create(name, launch.config.run.limits)
    const cgroups = this.#cgroups.memberFiles(name)
    await writeDurably(
      this.#launchFile(launch.service),
      launchScript(launch, { cgroups, shimVariable }),
      0o600,
    )
  }

  #launchFile(service: string): string {
    return join(dirname(processFile(this.#paths, service)), `${service}.launch`)
  }

  #logFile(service: string): string {
    return join(logDir(this.#paths, service), 'output.log')
  }

  /** Many grabbers may share one machine. */
  #cgroupOf(service: string): string {
    return `apptracker${this.#paths.state.replaceAll('/', '+')}+${service}`
  }

  #killMembers(service: string, signal: AbortSignal): Promise<void> {
    const kill = (): void => this.#signal(service, 'SIGKILL')
    return killAll(service, () => this.members(service), kill, signal)
  }

  #signal(service: string, name: NodeJS.Signals): void {
    const first = readProcessRecord(this.#paths, service)?.identity
    const members = this.members(service)
    const group = first !== undefined && ownsGroup(first) ? first.pid : undefined
    const inGroup = (pid: number): boolean => group !== undefined && readStat(pid)?.group === group
    if (group !== undefined && members.some(inGroup)) send(-group, name)
    for (const pid of members) if (!inGroup(pid)) send(pid, name)
  }
}

const notBegun = (service: string, state: string): PersonError =>
  new PersonError('internal', `The shim of ${service} did not start it within ${beginLimit / 1000} s.`, {
    hint: `Look whether ${state} can be written and has space, and how busy this host is.`,
  })
