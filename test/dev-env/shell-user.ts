import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { eventually } from './poll.ts'

/** Somebody who types at a shell in a real terminal. */
export class ShellUser implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #ended: Promise<unknown>
  #screen = ''

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    this.#ended = once(child, 'close')
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#screen += text))
  }

  /** Starts the shell, and has it run `setup`. */
  static async start(command: string, setup: string, env: NodeJS.ProcessEnv): Promise<ShellUser> {
    const child = spawn('script', ['-qfc', command, '/dev/null'], { env: { TERM: 'xterm', ...env } })
    const user = new ShellUser(child)
    await user.type(`${setup}; echo 'it is' ready\n`, /it is ready/)
    return user
  }

  /** Types, and returns what it finds of `shown` in all that the terminal shows from then on. */
  async type(keys: string, shown: RegExp): Promise<string[]> {
    this.#screen = ''
    this.#child.stdin.write(keys)
    return eventually(`${String(shown)} on the terminal`, () => shown.exec(this.#screen) ?? undefined).catch(
      (error: unknown) => {
        throw new Error(`the terminal shows ${JSON.stringify(this.#screen)}`, { cause: error })
      },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
