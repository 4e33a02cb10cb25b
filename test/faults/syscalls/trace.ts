import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { eventually } from '../../dev-env/poll.ts'

/** What is done to one system call. */
export type Blow = 'SIGKILL' | 'EIO' | 'ENOSPC'

export interface Injection {
  /** One name, or several with commas. */
  readonly call: string
  readonly blow: Blow
  /** The how-manieth of the thread or process that makes it, from 1 on. */
  readonly nth: number
  /** Only calls about this file count. */
  readonly path?: string
}

/** Calls that change what is on the disk, or make it durable. Those about single files (`open`, `write`) are told by path. */
export const changingCalls = [
  ...['rename', 'renameat', 'renameat2', 'symlink', 'symlinkat', 'link', 'linkat', 'unlink', 'unlinkat'],
  ...['rmdir', 'mkdir', 'mkdirat', 'fsync', 'fdatasync', 'syncfs', 'ftruncate', 'fchmodat'],
] as const
export const fileCalls = ['openat', 'write,writev,pwrite64'] as const

const detachesWithinMs = 3000

/** A running process and all that it starts, under strace. */
export class Trace implements AsyncDisposable {
  readonly #strace: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #output: string

  private constructor(strace: ChildProcess, output: string) {
    this.#strace = strace
    this.#exited = once(strace, 'exit')
    this.#output = output
  }

  /** Resolves once every thread is traced. */
  static async attach(pid: number, output: string, options: readonly string[]): Promise<Trace> {
    const strace = spawn('strace', ['-f', '-o', output, ...options, '-p', String(pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    strace.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    await eventually('strace to be attached', () => {
      if (strace.exitCode !== null) throw new Error(`strace ended: ${said}`)
      return said.includes(`Process ${pid} attached`)
    })
    return new Trace(strace, output)
  }

  /** Ends the tracing; what was traced goes on. Returns what was seen. */
  async end(): Promise<string> {
    if (this.#strace.exitCode === null) this.#strace.kill('SIGTERM')
    // It may wait for ever for a thread that was killed with its process.
    const timer = setTimeout(() => this.#strace.kill('SIGKILL'), detachesWithinMs)
    await this.#exited
    clearTimeout(timer)
    return existsSync(this.#output) ? readFileSync(this.#output, 'utf8') : ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }
}

export const watching: readonly string[] = [
  '-y',
  '-s',
  '0',
  '-e',
  `trace=${changingCalls.join(',')},openat,write,writev,pwrite64`,
]

export const injecting = ({ call, blow, nth, path }: Injection): string[] => [
  ...['-s', '0', '-e', `trace=${call}`],
  ...(path === undefined ? [] : ['-P', path]),
  ...['-e', `inject=${call}:${blow === 'SIGKILL' ? 'signal=SIGKILL' : `error=${blow}`}:when=${nth}`],
]

/** Whether the call came at all. */
export const hasHit = (seen: string, blow: Blow): boolean =>
  blow === 'SIGKILL' ? seen.includes('killed by SIGKILL') : seen.includes('(INJECTED)')

/** How often each call was made, by the thread or process that made it most. */
export const countCalls = (
  seen: string,
  isCounted: (line: string) => boolean = () => true,
): Map<string, number> => {
  const byTask = new Map<string, number>()
  const most = new Map<string, number>()
  for (const line of seen.split('\n').filter(isCounted)) {
    const [, task = '', call] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    if (call === undefined) continue
    const count = (byTask.get(`${task} ${call}`) ?? 0) + 1
    byTask.set(`${task} ${call}`, count)
    most.set(call, Math.max(most.get(call) ?? 0, count))
  }
  return most
}

/** The files below a directory that were made or written anew. */
export const filesWritten = (seen: string, directory: string): string[] => {
  const found = [...seen.matchAll(/openat\([^"]*"([^"]+)"\.*, [^)]*O_CREAT[^)]*\)/g)].map(
    ([, path = '']) => path,
  )
  return [...new Set(found)].filter((path) => path.startsWith(directory))
}
