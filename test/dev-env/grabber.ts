import { readFileSync } from 'node:fs'
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { environmentFile, lockFile, upgradeDir, type HostPaths } from '../../shared/host/layout.ts'
import { bundles, environment, runOrThrow } from './bundles.ts'
import { freePort } from './free-port.ts'
import { Program } from './program.ts'
import type { Tracker } from './tracker.ts'

export interface HostOptions {
  readonly name: string
  readonly cluster: string
  readonly labels?: Record<string, string>
  /** Run by its launcher, so that it can be upgraded: how many seconds a new grabber has to report in. */
  readonly trialWindow?: number
}

/** A real grabber with its own root and state, as if it were alone on a host. */
export class Grabber implements AsyncDisposable {
  readonly name: string
  readonly paths: HostPaths
  readonly #start: () => Promise<Program>
  #program: Program

  private constructor(name: string, paths: HostPaths, start: () => Promise<Program>, program: Program) {
    this.name = name
    this.paths = paths
    this.#start = start
    this.#program = program
  }

  /** Enrols a host below `directory` and starts its grabber. */
  static async start(
    tracker: Tracker,
    directory: string,
    { name, cluster, labels = {}, trialWindow }: HostOptions,
    reportInterval = '60s',
  ): Promise<Grabber> {
    const paths = { root: join(directory, name, 'srv'), state: join(directory, name, 'state') }
    await mkdir(paths.root, { recursive: true })
    const token = await tracker.enrolmentToken({ kind: 'host', name, cluster, labels })
    const joining = ['enroll', '--tracker', tracker.target.url, '--token', token]
    const asRoot = process.getuid?.() === 0 ? ['--allow-root'] : []
    await runOrThrow(bundles.grabber, [...joining, ...asRoot, '--root', paths.root, '--state', paths.state])
    if (trialWindow !== undefined)
      await runOrThrow(bundles.grabber, ['set-up-launcher', '--state', paths.state])
    const start = (): Promise<Program> =>
      trialWindow === undefined
        ? startProgram(name, paths, reportInterval)
        : startLauncher(name, paths, reportInterval, trialWindow)
    return new Grabber(name, paths, start, await start())
  }

  /** Of the grabber, or of its launcher if it has one. */
  get pid(): number {
    return this.#program.pid
  }

  /** Of the grabber itself, whoever started it; undefined while none runs. */
  get daemonPid(): number | undefined {
    return holderOf(this.paths.state)
  }

  get output(): string {
    return this.#program.output
  }

  /** Gives a service a port of its own on this host, as PORT in its host-local settings, and returns it. */
  async givePort(service: string): Promise<number> {
    const port = await freePort()
    await this.addSetting(service, `PORT=${port}`)
    return port
  }

  /** Adds a line, `NAME=value`, to what a service has in its environment on this host alone. */
  async addSetting(service: string, line: string): Promise<void> {
    const file = environmentFile(this.paths, service)
    await mkdir(dirname(file), { recursive: true })
    await appendFile(file, `${line}\n`)
  }

  /** Ends it as a crash would; its services live on. */
  async kill(): Promise<void> {
    await this.#program.stop('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#program.stop()
  }

  async startAgain(): Promise<void> {
    this.#program = await this.#start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]()
  }
}

const startProgram = (name: string, { state }: HostPaths, reportInterval: string): Promise<Program> =>
  Program.start({
    name,
    command: process.execPath,
    args: [bundles.grabber, 'run', '--state', state, '--report-interval', reportInterval],
    env: environment,
    ready: /^Ready/m,
  })

const startLauncher = (
  name: string,
  { state }: HostPaths,
  reportInterval: string,
  trialWindow: number,
): Promise<Program> =>
  Program.start({
    name,
    command: '/bin/sh',
    args: [join(upgradeDir(state), 'launcher'), state, process.execPath, '--report-interval', reportInterval],
    env: { ...environment, GRABBER_TRIAL_WINDOW: String(trialWindow) },
    ready: /^Ready/m,
  })

const Holder = z.object({ pid: z.int() })

const holderOf = (state: string): number | undefined => {
  try {
    return Holder.parse(JSON.parse(readFileSync(lockFile(state), 'utf8'))).pid
  } catch {
    return undefined
  }
}
