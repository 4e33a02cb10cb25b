import { spawn } from 'node:child_process'
import { mkdirSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { errnoOf, PersonError } from '../../shared/errors.ts'
import { identify, isAlive, ProcessIdentity } from '../../shared/host/process.ts'
import type { Logger } from '../../shared/log.ts'
import { renderConfig } from './config-file.ts'
import type { Messaging } from './external.ts'
import { natsFiles, type NatsFiles } from './files.ts'
import { writeWhole } from './write-whole.ts'

const RunningServer = z.strictObject({ process: ProcessIdentity, listen: z.string() })
type RunningServer = z.infer<typeof RunningServer>

const startWithinMs = 5000
const checkEveryMs = 1000
const maxRestartDelayMs = 30_000

/**
 * The tracker's own nats-server: a process that outlives the tracker, so that a restart of the tracker cuts no host off.
 * The next tracker finds it by `server.json` and takes it over; while a tracker runs, a server that dies is started again
 * at the same address.
 */
export class NatsServer implements Messaging {
  readonly #files: NatsFiles
  readonly #log: Logger
  readonly #stopped = new AbortController()
  #running: RunningServer

  private constructor(files: NatsFiles, running: RunningServer, log: Logger) {
    this.#files = files
    this.#running = running
    this.#log = log
    void this.#supervise()
  }

  /** Takes over the server that an earlier tracker left, or starts one. `users` is the content of users.conf. */
  static async start(dataDir: string, listen: string, users: string, log: Logger): Promise<NatsServer> {
    const files = natsFiles(dataDir)
    mkdirSync(files.dir, { recursive: true, mode: 0o700 })
    const left = readRunning(files)
    const address = await chooseAddress(listen, left)
    writeWhole(files.users, users)
    writeWhole(files.config, renderConfig(address, basename(files.users)))
    if (left && isAlive(left.process) && left.listen === address && (await answers(address))) {
      process.kill(left.process.pid, 'SIGHUP')
      log.info({ pid: left.process.pid, listen: address }, 'took over the running nats-server')
      return new NatsServer(files, left, log)
    }
    if (left && isAlive(left.process)) await end(left.process)
    return new NatsServer(files, await launch(files, address), log)
  }

  get url(): string {
    return `nats://${this.#running.listen}`
  }

  /** Lets in exactly who is in `users`, from now on; nobody who stays is disconnected. */
  reload(users: string): void {
    writeWhole(this.#files.users, users)
    signalIfAlive(this.#running.process, 'SIGHUP')
  }

  /** Stops looking after the server; the server itself goes on. */
  [Symbol.dispose](): void {
    this.#stopped.abort()
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stopped
    for (let failures = 0; ;) {
      const delay = Math.min(checkEveryMs * 2 ** failures, maxRestartDelayMs)
      const stopped = await sleep(delay, false, { signal }).catch(() => true)
      if (stopped) return
      if (!isAlive(this.#running.process)) failures = (await this.#startAgain()) ? 0 : failures + 1
    }
  }

  async #startAgain(): Promise<boolean> {
    try {
      this.#log.warn({ pid: this.#running.process.pid }, 'nats-server has died; starting it again')
      this.#running = await launch(this.#files, this.#running.listen)
      return true
    } catch (error) {
      this.#log.error({ err: error }, 'nats-server does not start')
      return false
    }
  }
}

/** Stops the nats-server that a tracker left running; false when there is none. */
export const stopNatsServer = async (dataDir: string): Promise<boolean> => {
  const files = natsFiles(dataDir)
  const left = readRunning(files)
  if (!left || !isAlive(left.process)) return false
  await end(left.process)
  rmSync(files.server, { force: true })
  return true
}

const readRunning = (files: NatsFiles): RunningServer | undefined => {
  try {
    return RunningServer.parse(JSON.parse(readFileSync(files.server, 'utf8')))
  } catch {
    return undefined
  }
}

/** Port 0 means a free one, and from then on that one: hosts have learnt the address. */
const chooseAddress = async (listen: string, left: RunningServer | undefined): Promise<string> => {
  const [host, port] = splitAddress(listen)
  if (port !== 0) return listen
  return left && splitAddress(left.listen)[0] === host ? left.listen : `${host}:${await freePort(host)}`
}

const splitAddress = (listen: string): [host: string, port: number] => {
  const colon = listen.lastIndexOf(':')
  return [listen.slice(0, colon), Number(listen.slice(colon + 1))]
}

const freePort = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

const launch = async (files: NatsFiles, listen: string): Promise<RunningServer> => {
  if (await answers(listen)) {
    throw new PersonError('unavailable', `nats-server cannot listen on ${listen}: the port is in use.`, {
      hint: 'Stop what listens there, or give another address with --nats-listen.',
    })
  }
  const log = openSync(files.log, 'a', 0o600)
  const child = spawn('nats-server', ['-c', files.config], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` },
  })
  closeSync(log)
  const over = new AbortController()
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(notStarted(error)))
    child.once('exit', () => reject(endedEarly(files)))
  })
  failed.catch(() => undefined)
  child.unref()
  await Promise.race([answersWithin(listen, startWithinMs, over.signal), failed]).finally(() => over.abort())
  const identity = child.pid === undefined ? undefined : identify(child.pid)
  if (!identity) throw endedEarly(files)
  const running = { process: identity, listen }
  writeWhole(files.server, JSON.stringify(running))
  return running
}

const notStarted = (error: Error): PersonError =>
  errnoOf(error) === 'ENOENT'
    ? new PersonError('unavailable', 'There is no nats-server on this machine’s PATH.', {
        hint: 'Install it (`apt-get install nats-server` on Debian), or give a running one with --nats-url.',
        cause: error,
      })
    : new PersonError('unavailable', `nats-server cannot be started: ${error.message}.`, { cause: error })

const endedEarly = (files: NatsFiles): PersonError => {
  const lines = readFileSync(files.log, 'utf8').trimEnd().split('\n')
  return new PersonError('unavailable', `nats-server ended at once: ${lines.at(-1) ?? 'it said nothing'}.`, {
    hint: `Its log is ${files.log}.`,
  })
}

const answers = (listen: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = splitAddress(listen)
    const socket = createConnection({ host, port, timeout: 2000 })
    const done = (result: boolean) => (): void => {
      socket.destroy()
      resolve(result)
    }
    socket.once('data', done(true))
    socket.once('error', done(false))
    socket.once('timeout', done(false))
    socket.once('close', done(false))
  })

const answersWithin = async (listen: string, limitMs: number, over: AbortSignal): Promise<void> => {
  const deadline = Date.now() + limitMs
  while (Date.now() < deadline) {
    if (over.aborted || (await answers(listen))) return
    await sleep(10)
  }
  throw new PersonError('unavailable', `nats-server did not answer on ${listen} within ${limitMs / 1000} s.`)
}

const end = async (identity: ProcessIdentity): Promise<void> => {
  signalIfAlive(identity, 'SIGINT')
  const patience = Date.now() + 3000
  while (isAlive(identity)) {
    if (Date.now() > patience) signalIfAlive(identity, 'SIGKILL')
    await sleep(20)
  }
}

const signalIfAlive = (identity: ProcessIdentity, signal: NodeJS.Signals): void => {
  try {
    if (isAlive(identity)) process.kill(identity.pid, signal)
  } catch (error) {
    // It may end between the look and the signal.
    if (errnoOf(error) !== 'ESRCH') throw error
  }
}
