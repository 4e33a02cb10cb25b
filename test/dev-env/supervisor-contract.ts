import { spawn } from 'node:child_process'
import { chmod, mkdir, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { prepareStateDirectory } from '../../grabber/state-directory.ts'
import type { Supervisor } from '../../grabber/supervisor/supervisor.ts'
import { processFile, type HostPaths } from '../../shared/host/layout.ts'
import { bootId, identify, isAlive, type ProcessIdentity } from '../../shared/host/process.ts'
import { asItIs, digest, launchOf } from './launch.ts'
import { eventually } from './poll.ts'
import { TemporaryDirectory } from './temporary-directory.ts'

/** A host of its own for each test, without anything on it. */
export class SupervisedHost implements AsyncDisposable {
  readonly paths: HostPaths
  readonly supervisor: Supervisor
  readonly #create: Create
  readonly #directory: TemporaryDirectory

  private constructor(paths: HostPaths, create: Create, directory: TemporaryDirectory) {
    this.paths = paths
    this.#create = create
    this.supervisor = create(paths, true)
    this.#directory = directory
  }

  static async create(create: Create): Promise<SupervisedHost> {
    const directory = await TemporaryDirectory.create()
    await chmod(directory.path, 0o755) // for services that run as somebody else
    const top = await realpath(directory.path)
    const paths = { root: join(top, 'srv'), state: join(top, 'state') }
    await mkdir(paths.root)
    await prepareStateDirectory(paths)
    return new SupervisedHost(paths, create, directory)
  }

  /** As the grabber has it after a restart. */
  anotherSupervisor(allowRoot = true): Supervisor {
    return this.#create(this.paths, allowRoot)
  }

  async start(command: string, run: Record<string, unknown> = {}): Promise<ProcessIdentity> {
    const launch = await launchOf(this.paths, command, run)
    await this.supervisor.requireRunnable(launch)
    return (await this.supervisor.start(launch)).identity
  }

  stop(grace = 1000): Promise<void> {
    return this.supervisor.stop('web', { signal: 'SIGTERM', grace }, AbortSignal.timeout(20_000))
  }

  says(line: string): Promise<unknown> {
    const said = async (): Promise<boolean> =>
      (await this.supervisor.lastOutput('web', asItIs)).includes(line)
    return eventually(`the service to say ${line}`, said)
  }

  /** The process that took the place of one that ended or was just killed. */
  anotherProcess({ pid }: ProcessIdentity): Promise<ProcessIdentity> {
    return eventually('another process', () => {
      const found = this.anotherSupervisor().find('web')?.identity
      return found?.pid !== pid && found
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(0)
    await this.#directory[Symbol.asyncDispose]()
  }
}

export type Create = (paths: HostPaths, allowRoot: boolean) => Supervisor

/** What every supervisor has to do, tried on real processes. As root, which users and limits need. */
export const describeSupervisor = (name: string, create: Create): void => {
  let host: SupervisedHost

  beforeEach(async () => {
    host = await SupervisedHost.create(create)
  })
  afterEach(async () => {
    await host[Symbol.asyncDispose]()
  })

  describe(`${name}: a service that was started`, () => {
    test('runs in its release, with its environment as it was written', async () => {
      const odd = ` two  words, 'single' "double" \\ back\\n % %n $HOME \${X} \`id\` # ; & | ü `
      await host.start(`sh -c 'pwd; printf "[%s]\\n" "$ODD"; exec sleep 300'`, { env: { ODD: odd } })
      await host.says(`[${odd}]`)
      const { directory } = await launchOf(host.paths, 'true')
      expect(await host.supervisor.lastOutput('web', asItIs)).toEqual([directory, `[${odd}]`])
    })

    test('is found by a supervisor that did not start it, with its whole family', async () => {
      const identity = await host.start(`sh -c 'sleep 301 & echo up; wait'`)
      await host.says('up')
      const other = host.anotherSupervisor()
      expect(other.find('web')).toMatchObject({ identity, digest })
      expect(other.status('web')).toEqual({ identity, digest, restarts: 0 })
      expect(other.members('web')).toHaveLength(2)
      expect(other.members('web')).toContain(identity.pid)
    })

    test('shows what it wrote since then alone, stripped of controls', async () => {
      await host.start(`sh -c 'echo old; exec sleep 302'`)
      await host.says('old')
      await host.stop()
      await host.start(String.raw`sh -c 'printf "\033]52;c;eA==\007\033[1mnew\033[0m\r\n"; exec sleep 302'`)
      await host.says('new')
      expect(await host.supervisor.lastOutput('web', asItIs)).toEqual(['new'])
    })
  })

  describe(`${name}: a process that ends`, () => {
    test.each([
      ['with an exit code', 'exit 3', { code: 3 }, 'exit code 3'],
      ['by a signal', 'kill -USR1 $$', { signal: 'USR1' }, 'killed by SIGUSR1'],
    ])('%s is started again, and how it ended is known', async (_, end, lastEnd, text) => {
      const identity = await host.start(`sh -c 'echo up; sleep 0.2; ${end}'`)
      const record = { v: 1, identity, digest, startedAt: 1, logOffset: 0 } as const
      expect(host.supervisor.howEnded('web', record)).toBeUndefined()
      const told = await eventually('its end', () => host.supervisor.howEnded('web', record))
      expect(told).toBe(text)
      await eventually('another', () => host.supervisor.status('web').restarts >= 1)
      const { lastEnd: known } = host.supervisor.status('web')
      expect(known).toMatchObject(lastEnd)
      expect(Math.abs(known!.at - Date.now())).toBeLessThan(20_000)
      await host.anotherProcess(identity)
    })

    test('is started again while there is no grabber, as one process', async () => {
      const identity = await host.start('sleep 303')
      process.kill(identity.pid, 'SIGKILL')
      const another = await host.anotherProcess(identity)
      expect(host.supervisor.members('web')).toEqual([another.pid])
      expect(host.supervisor.status('web')).toMatchObject({ restarts: 1, lastEnd: { signal: 'KILL' } })
    })

    test('takes what it left behind with it', async () => {
      await host.start(`sh -c 'setsid sleep 304 & sleep 304 & sleep 0.3; exit 1'`)
      const before = await eventually('three', () => {
        const members = host.supervisor.members('web')
        return members.length >= 3 && members
      })
      const identities = before.map(identify)
      await eventually('another', () => host.supervisor.status('web').restarts >= 1)
      for (const identity of identities) expect(identity && isAlive(identity)).toBeFalsy()
    })
  })

  describe(`${name}: stop`, () => {
    test('waits until a service that ends in its own time is gone', async () => {
      const identity = await host.start(
        `sh -c 'trap "sleep 0.3; echo bye; exit" TERM; echo up; while :; do sleep 0.05; done'`,
        { stop: { grace: '5s' } },
      )
      await host.says('up')
      await host.stop(5000)
      expect(isAlive(identity)).toBe(false)
      expect(host.supervisor.members('web')).toEqual([])
      expect(host.supervisor.status('web')).toEqual({ restarts: 0 })
    })

    test('kills a service that ignores the signal, children and all, once its grace is over', async () => {
      await host.start(`sh -c 'trap "" TERM; sleep 305 & echo up; while :; do sleep 0.1; done'`)
      await host.says('up')
      const begun = Date.now()
      await host.stop(1000)
      expect(Date.now() - begun).toBeGreaterThanOrEqual(990)
      expect(Date.now() - begun).toBeLessThan(5000)
      expect(host.supervisor.members('web')).toEqual([])
    })

    test('finds what forked twice into a session of its own, without the environment', async () => {
      const forked = `setsid env -i sh -c "sleep 306 & exec sleep 306"`
      await host.start(`sh -c '${forked} & echo up; wait'`)
      const before = await eventually('four', () => {
        const members = host.supervisor.members('web')
        return members.length >= 3 && members
      })
      const identities = before.map(identify)
      await host.stop()
      for (const identity of identities) expect(identity && isAlive(identity)).toBeFalsy()
    })

    test('while it waits to be started again leaves nothing that starts it', async () => {
      await host.start(`sh -c 'exit 1'`)
      await eventually('its end', () => host.supervisor.status('web').lastEnd)
      await host.stop()
      await new Promise((resolve) => setTimeout(resolve, 2500))
      expect(host.supervisor.members('web')).toEqual([])
      expect(host.supervisor.status('web')).toEqual({ restarts: 0 })
    })

    test('of a service that does not run is fine', async () => {
      await host.stop()
      await host.stop()
    })

    test('never signals a process that got the pid of an old record', async () => {
      const stranger = spawn('sleep', ['307'], { detached: true, stdio: 'ignore' })
      const identity = identify(stranger.pid!)!
      const record = {
        v: 1,
        identity: { bootId: bootId(), pid: stranger.pid, startTicks: 1 },
        digest,
        startedAt: 1,
        logOffset: 0,
      }
      await writeFile(processFile(host.paths, 'web'), JSON.stringify(record))
      expect(host.supervisor.find('web')).toBeUndefined()
      await host.stop(200)
      expect(isAlive(identity)).toBe(true)
      stranger.kill('SIGKILL')
    })
  })

  const isRoot = process.getuid?.() === 0
  describe.skipIf(!isRoot)(`${name}: users and limits${isRoot ? '' : ' (not tried: needs root)'}`, () => {
    test('a service runs as the user that it asks for, who owns its shared directory', async () => {
      const command = `sh -c 'id -un; echo "$HOME $USER $LOGNAME"; touch here 2>/dev/null || echo read-only; touch "$APPTRACKER_SHARED_DIR/kept" && echo kept; exec sleep 308'`
      await host.start(command, { user: 'nobody' })
      await host.says('kept')
      expect(await host.supervisor.lastOutput('web', asItIs)).toEqual([
        'nobody',
        '/nonexistent nobody nobody',
        'read-only',
        'kept',
      ])
      await host.stop()
    })

    test('root is refused unless the host allows it', async () => {
      const strict = host.anotherSupervisor(false)
      const refused = /web would run as root, which this host does not allow/
      await expect(strict.requireRunnable(await launchOf(host.paths, 'true'))).rejects.toThrow(refused)
      const asRoot = await launchOf(host.paths, 'true', { user: 'root' })
      await expect(strict.requireRunnable(asRoot)).rejects.toThrow(refused)
      await strict.requireRunnable(await launchOf(host.paths, 'true', { user: 'nobody' }))
    })

    test('one that takes more memory than its limit is killed, and started again', async () => {
      await host.start(`node -e 'Buffer.alloc(400e6, 1); setTimeout(() => 0, 1e6)'`, {
        limits: { memory: '150M' },
      })
      const { lastEnd } = await eventually('its end', () => {
        const status = host.supervisor.status('web')
        return status.lastEnd && status
      })
      expect(lastEnd).toMatchObject({ signal: 'KILL' })
    })

    test('one gets no more of the processors than its limit', async () => {
      await host.start(
        `node -e 'setTimeout(() => { console.log(process.cpuUsage().user < 6e5 ? "slow" : "fast"); setInterval(() => 0, 1e6) }, 2000); const until = Date.now() + 2000; while (Date.now() < until);'`,
        {
          limits: { cpu: 0.2 },
        },
      )
      await host.says('slow')
    })

    test('one may open as many files as its limit says', async () => {
      await host.start(`sh -c 'ulimit -n; exec sleep 309'`, { limits: { files: 123 } })
      await host.says('123')
    })
  })
}
