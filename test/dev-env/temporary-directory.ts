import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeCgroups, stopUnits } from './supervision.ts'

/** A directory of its own; when disposed it is removed, after every process that still works in it has been killed. */
export class TemporaryDirectory implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async create(): Promise<TemporaryDirectory> {
    return new TemporaryDirectory(await mkdtemp(join(tmpdir(), 'apptracker-test-')))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopUnits(this.path)
    // A supervisor may start its service again while the list is gone through.
    for (let left = processesIn(this.path); left.length > 0; left = processesIn(this.path)) {
      for (const pid of left) kill(pid)
    }
    await removeCgroups(this.path)
    await rm(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }
}

/** Running processes that were started in a directory, or with it on their command line: services outlive their grabber. */
export const processesIn = (path: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(
      (pid) =>
        isRunning(pid) && (workingDirectoryOf(pid).startsWith(path) || commandLineOf(pid).includes(path)),
    )
    .map(Number)

const isRunning = (pid: string): boolean =>
  !/\) [ZX] /.test(read(() => readFileSync(`/proc/${pid}/stat`, 'latin1')))
const workingDirectoryOf = (pid: string): string => read(() => readlinkSync(`/proc/${pid}/cwd`))
const commandLineOf = (pid: string): string => read(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1'))

/** A process may end at any moment; then it has nothing to say. */
const read = (look: () => string): string => {
  try {
    return look()
  } catch {
    return ''
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}
