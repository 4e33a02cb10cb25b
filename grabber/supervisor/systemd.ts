import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PersonError } from '../../shared/errors.ts'
import { processFile, runFile, type HostPaths } from '../../shared/host/layout.ts'
import {
  readProcessRecord,
  readRunState,
  readServiceStatus,
  type ProcessRecord,
  type ServiceStatus,
} from '../../shared/host/process-record.ts'
import { isAlive } from '../../shared/host/process.ts'
import { removeDurably, writeDurably } from '../durable.ts'
import type { Conceal } from '../releases/conceal.ts'
import type { Launch } from '../releases/launch.ts'
import { CommonScript } from './common-script.ts'
import { gone, killAll, send } from './ending.ts'
import { Ends } from './how-ended.ts'
import { livingStat } from './members.ts'
import { fitToShow } from './output.ts'
import { requireAllowedUser } from './run-policy.ts'
import { prepareSharedDirectory } from './shared-directory.ts'
import type { StopSettings, Supervisor } from './supervisor.ts'
import { ask, tell } from './systemctl.ts'
import { processesOf } from './systemd-host.ts'
import { recordScript } from './systemd-record-script.ts'
import { environmentOf, unitOf, type UnitFiles } from './systemd-unit.ts'

const unitDirectory = '/etc/systemd/system'
const usualState = '/var/lib/grabber'
/** As many lines of the journal are looked at for the last that fit into an event. */
const journalLines = '500'

export interface SystemdOptions {
  readonly paths: HostPaths
  readonly allowRoot: boolean
  /** Of systemd. */
  readonly version: number
}

/** Where PID 1 is systemd: a unit for each service, whose limits, restarts, cgroup and journal are systemd's business. */
export class SystemdSupervisor implements Supervisor {
  readonly #paths: HostPaths
  readonly #allowRoot: boolean
  readonly #version: number
  readonly #ends: Ends
  readonly #recordScript: CommonScript

  constructor({ paths, allowRoot, version }: SystemdOptions) {
    this.#paths = paths
    this.#allowRoot = allowRoot
    this.#version = version
    this.#ends = new Ends(paths)
    this.#recordScript = new CommonScript(join(dirname(processFile(paths, 'any')), 'record.sh'), recordScript)
  }

  requireRunnable(launch: Launch): Promise<void> {
    return Promise.resolve().then(() => {
      requireAllowedUser(launch, this.#allowRoot)
      environmentOf(launch)
    })
  }

  async start(launch: Launch): Promise<ProcessRecord> {
    const { service, edition } = launch
    await rm(runFile(this.#paths, service), { force: true })
    await prepareSharedDirectory(this.#paths, launch)
    await this.#writeUnit(launch)
    await ask('systemctl', ['reset-failed', this.#unit(service)])
    const startedAt = Date.now()
    const { complaint } = await ask('systemctl', ['start', this.#unit(service)])
    const run = readRunState(this.#paths, service)
    if (!run) throw await this.#notStarted(launch, complaint)
    const record: ProcessRecord = { v: 1, identity: run.identity, ...edition, startedAt, logOffset: 0 }
    await writeDurably(processFile(this.#paths, service), JSON.stringify(record))
    return record
  }

  /** The unit stops the way its release asks for; what outlasts the grace is killed all the same. */
  async stop(service: string, { signal: name, grace }: StopSettings, signal: AbortSignal): Promise<void> {
    const members = (): number[] => this.members(service)
    await ask('systemctl', ['stop', '--no-block', this.#unit(service)])
    if (name !== 'SIGKILL') await gone(members, grace, signal)
    await killAll(service, members, () => this.#kill(service), signal)
    // One that waits to be started again has no process, and yet has to be stopped.
    await ask('systemctl', ['stop', this.#unit(service)])
    await rm(this.#unitFile(service), { force: true })
    await rm(this.#files(service).environment, { force: true })
    await rm(runFile(this.#paths, service), { force: true })
    await removeDurably(processFile(this.#paths, service))
  }

  find(service: string): ProcessRecord | undefined {
    const record = readProcessRecord(this.#paths, service)
    return record && isAlive(record.identity) ? record : undefined
  }

  status(service: string): ServiceStatus {
    return readServiceStatus(this.#paths, service)
  }

  members(service: string): number[] {
    return processesOf(this.#unit(service)).filter((pid) => livingStat(pid))
  }

  howEnded(service: string, record: ProcessRecord): string | undefined {
    return this.#ends.describe(service, record)
  }

  async lastOutput(service: string, conceal: Conceal): Promise<string[]> {
    const record = readProcessRecord(this.#paths, service)
    if (!record) return []
    const since = `@${(record.startedAt / 1000).toFixed(3)}`
    await ask('journalctl', ['--sync'])
    const { output } = await ask('journalctl', [
      ...['--quiet', '--no-pager', '--all', '--output=cat', `--since=${since}`, `--lines=${journalLines}`],
      `_SYSTEMD_UNIT=${this.#unit(service)}`,
    ])
    return fitToShow(output, conceal)
  }

  /** systemd needs nobody to watch it. */
  async keepWatch(): Promise<void> {}

  async #writeUnit(launch: Launch): Promise<void> {
    const files = this.#files(launch.service)
    await writeDurably(files.environment, environmentOf(launch), 0o600)
    await this.#recordScript.provide()
    await writeDurably(this.#unitFile(launch.service), unitOf(launch, files, this.#version))
    await tell('daemon-reload')
  }

  /** A unit that cannot start would be tried for ever. */
  async #notStarted(launch: Launch, complaint: string): Promise<PersonError> {
    const { service } = launch
    const { output } = await ask('systemctl', ['status', '--no-pager', '--lines=3', this.#unit(service)])
    await ask('systemctl', ['stop', this.#unit(service)])
    return new PersonError(
      'internal',
      `systemd does not start ${service}: ${fitToShow(output || complaint, launch.conceal).join(' ')}`,
      {
        hint: `Look at \`journalctl -u ${this.#unit(service)}\`.`,
      },
    )
  }

  #kill(service: string): void {
    for (const pid of this.members(service)) send(pid, 'SIGKILL')
  }

  /** Should several grabbers share a host, each has units of its own. */
  #unit(service: string): string {
    const { state } = this.#paths
    const whose =
      state === usualState ? '' : `-${createHash('sha256').update(state).digest('hex').slice(0, 8)}`
    return `apptracker-${service}${whose}.service`
  }

  #unitFile(service: string): string {
    return join(unitDirectory, this.#unit(service))
  }

  #files(service: string): UnitFiles {
    const directory = dirname(processFile(this.#paths, service))
    return {
      environment: join(directory, `${service}.environment`),
      recordScript: this.#recordScript.path,
      run: runFile(this.#paths, service),
    }
  }
}
