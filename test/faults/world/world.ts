import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { requireBundles } from '../../dev-env/bundles.ts'
import { owning, type Owned } from '../../dev-env/owned.ts'
import { TemporaryDirectory } from '../../dev-env/temporary-directory.ts'
import { Tracker } from '../../dev-env/tracker.ts'
import type { Goods } from '../checks/host-promises.ts'
import { DownloadProxy } from '../network/download-proxy.ts'
import { builtServices as builtNames, hostNames, type HostName } from '../schedule.ts'
import { BuiltService } from './built-service.ts'
import { buildGoods } from './goods.ts'
import { FaultyHost } from './host.ts'
import { Mortal } from './mortal.ts'
import { FaultyPacker } from './packer.ts'

/** Real parts, all of which can be broken: a tracker with its nats-server, two packers, three hosts, and what lies between them. */
export class World implements AsyncDisposable {
  readonly directory: string
  readonly api: Tracker
  readonly tracker: Mortal
  readonly downloads: DownloadProxy
  readonly hosts: readonly FaultyHost[]
  readonly packers: readonly FaultyPacker[]
  readonly builtServices: readonly BuiltService[]
  readonly artifacts: readonly Goods[]
  readonly #owned: Owned

  private constructor(
    parts: Pick<
      World,
      'directory' | 'api' | 'downloads' | 'hosts' | 'packers' | 'builtServices' | 'artifacts'
    >,
    owned: Owned,
  ) {
    this.directory = parts.directory
    this.api = parts.api
    this.tracker = new Mortal(parts.api)
    this.downloads = parts.downloads
    this.hosts = parts.hosts
    this.packers = parts.packers
    this.builtServices = parts.builtServices
    this.artifacts = parts.artifacts
    this.#owned = owned
  }

  static start(): Promise<World> {
    requireBundles()
    return owning(async (owned) => {
      const directory = owned.add(await TemporaryDirectory.create()).path
      const downloads = owned.add(await DownloadProxy.start())
      const api = owned.add(await Tracker.start({ directory, url: downloads.url }))
      downloads.target = api.target.url
      const packers = []
      for (const name of ['packer-1', 'packer-2'])
        packers.push(owned.add(await FaultyPacker.start({ tracker: api, directory, name, capacity: 1 })))
      const artifacts = await buildGoods(api, directory)
      const builtServices = await Promise.all(
        builtNames.map((name) => BuiltService.create(api, directory, name)),
      )
      await mkdir(join(directory, 'ledgers'))
      const hosts = []
      for (const name of hostNames) hosts.push(owned.add(await FaultyHost.start(api, directory, name)))
      return new World({ directory, api, downloads, hosts, packers, builtServices, artifacts }, owned)
    })
  }

  host(name: HostName): FaultyHost {
    const found = this.hosts.find((host) => host.name === name)
    if (!found) throw new Error(`no host ${name}`)
    return found
  }

  artifact(service: string, version: string): Goods {
    const found = this.artifacts.find(
      (artifact) => artifact.service === service && artifact.version === version,
    )
    if (!found) throw new Error(`no artifact ${service} ${version}`)
    return found
  }

  /** The nats-server that the tracker started last. */
  get natsPid(): number {
    const text = readFileSync(join(this.api.data, 'nats', 'server.json'), 'utf8')
    return (JSON.parse(text) as { process: { pid: number } }).process.pid
  }

  /** Nothing is broken any more, and everything runs. */
  async heal(): Promise<void> {
    this.downloads.heal()
    await this.tracker.isUp()
    for (const { life } of this.packers) await life.isUp()
    for (const host of this.hosts) await host.heal()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.heal().catch(() => undefined)
    await this.#owned[Symbol.asyncDispose]()
  }
}
