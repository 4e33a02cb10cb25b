import { join } from 'node:path'
import { callApi, type ApiTarget } from '../../shared/api-client.ts'
import { createEnrolment } from '../../shared/api/enrolments.ts'
import type { RequestOf, ResponseOf, Route } from '../../shared/api/route.ts'
import { bundles, environment, run, type Ran } from './bundles.ts'
import { freePorts } from './free-port.ts'
import { Program } from './program.ts'

export interface TrackerOptions {
  /** Its own; whoever disposes of the directory also ends the nats-server, which outlives the tracker. */
  readonly directory: string
  readonly store?: string
  readonly env?: NodeJS.ProcessEnv
  readonly silentAfter?: string
  /** Under which the hosts reach it; by default where it listens. */
  readonly url?: string
}

/** A real tracker with its nats-server, on ports that stay the same over restarts. */
export class Tracker implements AsyncDisposable {
  readonly target: ApiTarget
  readonly data: string
  readonly #start: () => Promise<Program>
  #program: Program

  private constructor(target: ApiTarget, data: string, start: () => Promise<Program>, program: Program) {
    this.target = target
    this.data = data
    this.#start = start
    this.#program = program
  }

  static async start({ directory, store, env, silentAfter, url }: TrackerOptions): Promise<Tracker> {
    const data = join(directory, 'tracker')
    const [http, nats] = (await freePorts(2)) as [number, number]
    const args = [bundles.tracker, 'serve', '--data', data]
    args.push('--listen', `127.0.0.1:${http}`, '--nats-listen', `127.0.0.1:${nats}`)
    if (store !== undefined) args.push('--store', store)
    if (silentAfter !== undefined) args.push('--silent-after', silentAfter)
    if (url !== undefined) args.push('--url', url)
    const start = (): Promise<Program> =>
      Program.start({
        name: 'tracker',
        command: process.execPath,
        args,
        env: { ...environment, ...env },
        ready: /^Ready: http/m,
      })
    const program = await start()
    const token = /^Admin token \(shown once\): (at_\S+)$/m.exec(program.output)?.[1]
    if (token === undefined) throw new Error(`the tracker showed no admin token:\n${program.output}`)
    return new Tracker({ url: `http://127.0.0.1:${http}`, token }, data, start, program)
  }

  get pid(): number {
    return this.#program.pid
  }

  get output(): string {
    return this.#program.output
  }

  call<R extends Route>(route: R, request: RequestOf<R>): Promise<ResponseOf<R>> {
    return callApi(this.target, route, request)
  }

  /** Runs the command line as somebody who is logged in as admin. */
  cli(...args: string[]): Promise<Ran> {
    const { url, token } = this.target
    return run(bundles.tracker, args, { ...environment, TRACKER_URL: url, TRACKER_TOKEN: token })
  }

  /** A token with which a host or packer can join. */
  async enrolmentToken(who: RequestOf<typeof createEnrolment>['body']): Promise<string> {
    return (await this.call(createEnrolment, { body: who })).token
  }

  /** Ends it as a crash would; its nats-server lives on. */
  async kill(): Promise<void> {
    await this.#program.stop('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#program.stop()
  }

  /** Starts it again after `kill` or `stop`. */
  async startAgain(): Promise<void> {
    this.#program = await this.#start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]()
  }
}
