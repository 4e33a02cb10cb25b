import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import * as z from 'zod'
import { errnoOf } from '../../shared/errors.ts'
import { eventually } from './poll.ts'
import { TemporaryDirectory } from './temporary-directory.ts'

const script = new URL('systemd-host', import.meta.url).pathname
const repository = new URL('../..', import.meta.url).pathname
const cgroups = '/sys/fs/cgroup'

/** Why no such host can be had on this machine, if so. */
export const systemdObstacle = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'only root can make namespaces'
  if (!existsSync('/lib/systemd/systemd')) return 'systemd is not installed'
  try {
    for (const hierarchy of ['systemd', 'memory', 'pids'])
      accessSync(join(cgroups, hierarchy), constants.W_OK)
  } catch {
    return 'there are no writable cgroup version 1 hierarchies'
  }
  return undefined
}

const Results = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), success: z.boolean() })

/** A pretend host whose PID 1 is a real systemd. It sees this machine's files, and what it writes is gone with it. */
export class SystemdHost implements AsyncDisposable {
  readonly #name: string
  readonly #directory: TemporaryDirectory
  readonly #outer: ChildProcess
  readonly #pid: number

  private constructor(name: string, directory: TemporaryDirectory, outer: ChildProcess, pid: number) {
    this.#name = name
    this.#directory = directory
    this.#outer = outer
    this.#pid = pid
  }

  static async boot(): Promise<SystemdHost> {
    const name = `systemd-${process.pid}`
    const directory = await TemporaryDirectory.create()
    const outer = spawn(script, [name, directory.path], { stdio: ['ignore', 'ignore', 'inherit'] })
    const pid = await eventually('PID 1 of the host', () => childOf(outer.pid))
    const host = new SystemdHost(name, directory, outer, pid)
    try {
      await eventually('systemd to be up', async () => {
        const { stdout } = await host.run('systemctl', ['is-system-running'])
        return ['running', 'degraded'].includes(stdout)
      })
      return host
    } catch (error) {
      await host[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Runs a program there as root; a failure is a result, not an error. */
  async run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, timeout = 30_000) {
    const enter = ['--target', String(this.#pid), '--all', 'env', `--chdir=${repository}`]
    return execa('nsenter', [...enter, program, ...args], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', ...env },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: 'ignore',
      timeout,
    })
  }

  /** Runs test files of a project of vitest.config.ts there. Throws with what they say unless all pass. Returns how many did. */
  async test(project: string, files: readonly string[], timeout: number): Promise<number> {
    const report = `/tmp/${project}.json`
    const reporters = ['--reporter', 'default', '--reporter', 'json', '--outputFile.json', report]
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...reporters, ...files]
    const { all } = await this.run(process.execPath, args, {}, timeout)
    const { stdout } = await this.run('cat', [report])
    const results = Results.safeParse(JSON.parse(stdout || 'null'))
    if (!results.success || !results.data.success) throw new Error(`on the systemd host:\n${all}`)
    return results.data.numPassedTests
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#outer, 'exit')
    process.kill(this.#pid, 'SIGKILL') // and with PID 1 everybody
    await ended
    await this.#directory[Symbol.asyncDispose]()
    for (const hierarchy of readdirSync(cgroups))
      await removeCgroup(join(cgroups, hierarchy, `apptracker-${this.#name}`))
  }
}

/** What the script starts on its way to systemd has mostly ended by the time that it is looked at. */
const childOf = (pid: number | undefined): number | undefined =>
  read(`/proc/${String(pid)}/task/${String(pid)}/children`)
    .split(' ')
    .filter((child) => child !== '')
    .map(Number)
    .find((child) => read(`/proc/${child}/comm`) === 'systemd')

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return ''
    throw error
  }
}

const removeCgroup = async (directory: string): Promise<void> => {
  if (!existsSync(directory)) return
  const below = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of below) await removeCgroup(join(directory, name))
  await eventually(`${directory} to be empty`, () =>
    rmdir(directory)
      .then(() => true)
      .catch(() => false),
  )
}
