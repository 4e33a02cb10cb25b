import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { errnoOf } from '../../shared/errors.ts'
import { eventually } from './poll.ts'

export interface ProgramOptions {
  /** What it is called in failures. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** The line on standard output that says it is ready. */
  readonly ready: RegExp
  readonly readyTimeoutMs?: number
  /** Hears what it prints, as it prints it. */
  readonly onOutput?: (text: string) => void
}

const maxOutput = 1024 * 1024

/** A real process in its own group, with its output kept for failures. Disposing leaves nothing of the group. */
export class Program implements AsyncDisposable {
  readonly name: string
  readonly pid: number
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  #output = ''

  private constructor({ name, onOutput }: ProgramOptions, child: ChildProcess, pid: number) {
    this.name = name
    this.pid = pid
    this.#child = child
    this.#exited = once(child, 'close')
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-maxOutput)
        onOutput?.(text)
      })
    }
  }

  /** Resolves once the ready line was printed; otherwise throws with what the program printed instead. */
  static async start(options: ProgramOptions): Promise<Program> {
    const child = spawn(options.command, options.args, {
      detached: true, // its own process group
      stdio: ['pipe', 'pipe', 'pipe'], // some end when their standard input does
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    if (child.pid === undefined) {
      const [error] = (await once(child, 'error')) as [Error]
      throw error
    }
    const program = new Program(options, child, child.pid)
    try {
      await program.waitFor(options.ready, options.readyTimeoutMs)
    } catch (error) {
      await program[Symbol.asyncDispose]()
      throw error
    }
    return program
  }

  /** Everything it printed (the last megabyte), standard output and error together. */
  get output(): string {
    return this.#output
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  get exitCode(): number | null {
    return this.#child.exitCode
  }

  async waitFor(pattern: RegExp, timeoutMs = 30_000): Promise<RegExpExecArray> {
    const look = (): RegExpExecArray | undefined => {
      const found = pattern.exec(this.#output)
      if (found) return found
      if (!this.isRunning) throw new Error(`${this.name} ended before ${String(pattern)}:\n${this.#output}`)
      return undefined
    }
    return eventually(`${String(pattern)} of ${this.name}`, look, timeoutMs).catch((error: unknown) => {
      throw new Error(`${this.name} did not say ${String(pattern)}:\n${this.#output}`, { cause: error })
    })
  }

  /** Signals this one process (not its group); false when it has ended. */
  signal(signal: NodeJS.Signals): boolean {
    return this.isRunning && this.#child.kill(signal)
  }

  /** Signals this one process (not its group) and waits until it has ended; after ten seconds it is killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#child.kill(signal)
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000)
    await this.#exited
    clearTimeout(timer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning) await this.stop()
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH') throw error
    }
  }
}
