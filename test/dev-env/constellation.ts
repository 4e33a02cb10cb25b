import { join } from 'node:path'
import { registerService } from '../../shared/api/services.ts'
import { requireBundles } from './bundles.ts'
import { Grabber, type HostOptions } from './grabber.ts'
import { owning, type Owned } from './owned.ts'
import { startPacker } from './packer.ts'
import type { Program } from './program.ts'
import { Repo } from './repo.ts'
import { Service } from './service.ts'
import { TemporaryDirectory } from './temporary-directory.ts'
import { Tracker } from './tracker.ts'

export interface ConstellationOptions {
  readonly hosts: readonly HostOptions[]
  readonly store?: string
  /** For the tracker and the packer: S3 credentials. */
  readonly env?: NodeJS.ProcessEnv
  readonly reportInterval?: string
  readonly silentAfter?: string
}

/** A tracker, a packer and a grabber per host, all real, all enrolled, on this machine; nothing of it stays. */
export class Constellation implements AsyncDisposable {
  readonly directory: string
  readonly tracker: Tracker
  readonly packer: Program
  readonly grabbers: ReadonlyMap<string, Grabber>
  readonly #owned: Owned

  private constructor(
    directory: string,
    tracker: Tracker,
    packer: Program,
    grabbers: readonly Grabber[],
    owned: Owned,
  ) {
    this.directory = directory
    this.tracker = tracker
    this.packer = packer
    this.grabbers = new Map(grabbers.map((grabber) => [grabber.name, grabber]))
    this.#owned = owned
  }

  static start({ hosts, env, reportInterval, ...options }: ConstellationOptions): Promise<Constellation> {
    requireBundles()
    return owning(async (owned) => {
      const directory = owned.add(await TemporaryDirectory.create()).path
      const withEnv = env === undefined ? {} : { env }
      const tracker = owned.add(await Tracker.start({ directory, ...options, ...withEnv }))
      const packer = owned.add(await startPacker({ tracker, directory, name: 'packer-1', ...withEnv }))
      const grabbers: Grabber[] = []
      for (const host of hosts) {
        grabbers.push(owned.add(await Grabber.start(tracker, directory, host, reportInterval)))
      }
      return new Constellation(directory, tracker, packer, grabbers, owned)
    })
  }

  grabber(name: string): Grabber {
    const found = this.grabbers.get(name)
    if (!found) throw new Error(`no host ${name}`)
    return found
  }

  /** A service with a git repository of its own, registered; every host has a port for it. */
  async addService(name: string): Promise<Service> {
    const repo = await Repo.create(join(this.directory, 'repos', name))
    await this.tracker.call(registerService, { body: { name, repo: repo.path } })
    const ports = new Map<string, number>()
    for (const [host, grabber] of this.grabbers) ports.set(host, await grabber.givePort(name))
    return new Service(name, repo, ports)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned[Symbol.asyncDispose]()
  }
}
