import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identityFile, type HostPaths } from '../../../shared/host/layout.ts'
import { Grabber } from '../../dev-env/grabber.ts'
import { owning, type Owned } from '../../dev-env/owned.ts'
import type { Tracker } from '../../dev-env/tracker.ts'
import { NatsProxy } from '../network/nats-proxy.ts'
import { serviceNames, type HostName } from '../schedule.ts'
import { Mortal } from './mortal.ts'
import { SmallDisk } from './small-disk.ts'

/** A host of which everything can be broken: its grabber, its line to the tracker, its disk. */
export class FaultyHost implements AsyncDisposable {
  readonly name: HostName
  readonly grabber: Mortal
  readonly nats: NatsProxy
  readonly disk: SmallDisk | undefined
  /** By service. */
  readonly ports: ReadonlyMap<string, number>
  readonly #program: Grabber
  readonly #owned: Owned

  private constructor(
    program: Grabber,
    parts: { nats: NatsProxy; disk: SmallDisk | undefined; ports: ReadonlyMap<string, number> },
    owned: Owned,
  ) {
    this.name = program.name as HostName
    this.#program = program
    this.grabber = new Mortal(program)
    this.nats = parts.nats
    this.disk = parts.disk
    this.ports = parts.ports
    this.#owned = owned
  }

  static start(tracker: Tracker, directory: string, name: HostName): Promise<FaultyHost> {
    return owning(async (owned) => {
      const disk = await SmallDisk.mount(join(directory, name))
      if (disk) owned.add(disk)
      const program = owned.add(await Grabber.start(tracker, directory, { name, cluster: 'prod' }, '2s'))
      const nats = owned.add(await putProxyBetween(program))
      const ports = new Map<string, number>()
      for (const service of serviceNames) {
        ports.set(service, await program.givePort(service))
        await program.addSetting(service, `LEDGER=${ledgerFile(directory, name, service)}`)
      }
      return new FaultyHost(program, { nats, disk, ports }, owned)
    })
  }

  get paths(): HostPaths {
    return this.#program.paths
  }

  get pid(): number {
    return this.#program.pid
  }

  get output(): string {
    return this.#program.output
  }

  /** The host with nothing broken any more; what was killed is running again. */
  async heal(): Promise<void> {
    this.nats.heal()
    await this.disk?.free()
    await this.grabber.isUp()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned[Symbol.asyncDispose]()
  }
}

/** Not on the host's own small disk: it has to be written also when that one is full. */
export const ledgerFile = (directory: string, host: string, service: string): string =>
  join(directory, 'ledgers', `${host}.${service}`)

/** From its next start on, the grabber reaches NATS through the proxy alone. */
const putProxyBetween = async (grabber: Grabber): Promise<NatsProxy> => {
  const file = identityFile(grabber.paths.state)
  const identity = JSON.parse(await readFile(file, 'utf8')) as { natsUrl: string }
  const proxy = await NatsProxy.start(Number(new URL(identity.natsUrl).port))
  await grabber.stop()
  await writeFile(file, JSON.stringify({ ...identity, natsUrl: proxy.url }))
  await grabber.startAgain()
  return proxy
}
