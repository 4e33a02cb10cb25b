import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createUser } from 'nkeys.js'
import * as z from 'zod'
import { defaultRollout } from '../../../shared/domain/rollout.ts'
import { Store } from '../../../tracker/db/store.ts'
import { owning, type Owned } from '../../dev-env/owned.ts'
import { TemporaryDirectory } from '../../dev-env/temporary-directory.ts'
import { Tracker } from '../../dev-env/tracker.ts'
import { SimulatedHost } from '../../model/simulated-host.ts'
import { Random } from '../random.ts'
import { WiredHost } from './wired-host.ts'

export const service = 'web'
export const cluster = 'prod'
export const digests = { one: '1'.repeat(64), two: '2'.repeat(64), sick: '3'.repeat(64) } as const
const hostCount = 5

/** A real tracker with its nats-server, and hosts that install in no time: whole deploys are over in a second. */
export class Fleet implements AsyncDisposable {
  readonly directory: string
  readonly tracker: Tracker
  readonly hosts: readonly SimulatedHost[]
  readonly #owned: Owned

  private constructor(directory: string, tracker: Tracker, hosts: readonly SimulatedHost[], owned: Owned) {
    this.directory = directory
    this.tracker = tracker
    this.hosts = hosts
    this.#owned = owned
  }

  static start(): Promise<Fleet> {
    return owning(async (owned) => {
      const directory = owned.add(await TemporaryDirectory.create()).path
      const data = join(directory, 'tracker')
      const random = new Random('fleet')
      const keys = Array.from({ length: hostCount }, () => createUser())
      const hosts = keys.map((_, index) => new SimulatedHost(index + 1, service, random))
      for (const host of hosts) host.isBlessed = true
      hosts[2]?.sick.add(digests.sick)
      await populate(
        data,
        hosts.map((host, index) => ({ host, nkey: keys[index]?.getPublicKey() ?? '' })),
      )
      const tracker = owned.add(await Tracker.start({ directory }))
      for (const [index, host] of hosts.entries()) {
        const seed = Buffer.from(keys[index]?.getSeed() ?? []).toString()
        owned.add(await WiredHost.connect(natsUrlOf(data), host, seed, cluster))
      }
      return new Fleet(directory, tracker, hosts, owned)
    })
  }

  /** The file in which every write transaction ends. */
  get log(): string {
    return join(this.tracker.data, 'tracker.db-wal')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned[Symbol.asyncDispose]()
  }
}

/** A database as it is after the hosts have joined and the artifacts were built. */
const populate = async (
  data: string,
  hosts: readonly { readonly host: SimulatedHost; readonly nkey: string }[],
): Promise<void> => {
  mkdirSync(data, { recursive: true })
  using store = await Store.open(join(data, 'tracker.db'))
  await store.write((writing) => {
    const { now } = writing
    writing.services.upsert({ name: service, repo: '/nowhere', path: '.', now })
    for (const [version, digest] of Object.entries(digests))
      writing.artifacts.insert({
        ...{ digest, service, version, commit: digest.slice(0, 40), buildConfig: digest },
        ...{ size: 1, unpackedSize: 1, entries: 1, rollout: defaultRollout, now },
      })
    for (const { host, nkey } of hosts)
      writing.agents.upsert({ id: host.id, kind: 'host', name: host.name, cluster, labels: {}, nkey, now })
  })
}

const natsUrlOf = (data: string): string => {
  const server = JSON.parse(readFileSync(join(data, 'nats', 'server.json'), 'utf8')) as unknown
  return `nats://${z.object({ listen: z.string() }).parse(server).listen}`
}
