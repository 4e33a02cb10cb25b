import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { writeIdentity } from '../../../grabber/identity.ts'
import { NatsBus } from '../../../shared/adapters/nats-bus.ts'
import type { ArtifactRef } from '../../../shared/domain/artifact.ts'
import type { HostPaths } from '../../../shared/host/layout.ts'
import { createLogger } from '../../../shared/log.ts'
import { artifactUrlCall } from '../../../shared/messages/artifact-url.ts'
import { assignmentsCall } from '../../../shared/messages/assignments.ts'
import { hostEventsCall } from '../../../shared/messages/host-events.ts'
import { orderMessage, type SignedOrder } from '../../../shared/messages/order.ts'
import { versionReportCall } from '../../../shared/messages/version-report.ts'
import { encodePublicKey } from '../../../shared/signing/keys.ts'
import { bundles, environment, requireBundles } from '../../dev-env/bundles.ts'
import { hostId, LoneHost } from '../../dev-env/lone-host.ts'
import { Nats } from '../../dev-env/nats.ts'
import { owning, type Owned } from '../../dev-env/owned.ts'
import { Program } from '../../dev-env/program.ts'
import { TemporaryDirectory } from '../../dev-env/temporary-directory.ts'
import type { Goods } from '../checks/host-promises.ts'
import { treeHash } from '../checks/tree-hash.ts'

export const service = 'web'

/** A real grabber on a real nats-server, with the test as its tracker: it can be killed and traced at will. */
export class TracedHost implements AsyncDisposable {
  readonly directory: string
  readonly goods: Goods[] = []
  readonly #host: LoneHost
  readonly #bus: NatsBus
  readonly #owned: Owned
  #assigned: SignedOrder | undefined
  #grabber: Program
  #versions = 0

  private constructor(directory: string, host: LoneHost, bus: NatsBus, grabber: Program, owned: Owned) {
    this.directory = directory
    this.#host = host
    this.#bus = bus
    this.#grabber = grabber
    this.#owned = owned
    bus.serve(hostEventsCall, () => ({ v: 1 as const }))
    bus.serve(versionReportCall, () => ({ v: 1 as const }))
    bus.serve(assignmentsCall, () => ({ v: 1 as const, orders: this.#assigned ? [this.#assigned] : [] }))
    bus.serve(artifactUrlCall, ({ digest }) => ({ v: 1 as const, url: host.urlOf(digest) }))
  }

  static start(): Promise<TracedHost> {
    requireBundles()
    return owning(async (owned) => {
      const directory = owned.add(await TemporaryDirectory.create()).path
      const nats = owned.add(await Nats.start([hostId, 'tracker']))
      const host = owned.add(await LoneHost.create())
      const log = createLogger('test', 'silent')
      const bus = owned.add(await NatsBus.connect({ url: nats.url, ...nats.user('tracker'), log }))
      await writeIdentity(host.paths.state, {
        id: hostId,
        name: 'web-1.prod',
        cluster: 'prod',
        natsUrl: nats.url,
        orderKey: encodePublicKey(host.host.orderKey),
        seed: nats.user(hostId).seed,
        root: host.paths.root,
        allowRoot: true,
      })
      return new TracedHost(directory, host, bus, await startGrabber(host.paths), owned)
    })
  }

  get paths(): HostPaths {
    return this.#host.paths
  }

  get pid(): number {
    return this.#grabber.pid
  }

  get isRunning(): boolean {
    return this.#grabber.isRunning
  }

  /** A new artifact, of a service that stays up or of one that ends at once. */
  async artifact(kind: 'good' | 'broken'): Promise<ArtifactRef> {
    const version = `${kind}-${++this.#versions}`
    const ref = await this.#host.artifact({
      version,
      command: kind === 'good' ? 'sleep 300' : "sh -c 'echo the kettle is empty; exit 3'",
      files: { 'data/greeting.txt': version, 'empty/nothing': '' },
      health: { healthy_for: '60ms', interval: '20ms', deadline: '1s', watch_for: '100ms' },
      keepReleases: 2,
    })
    this.goods.push({ service, version, digest: ref.digest, tree: await this.#unpackedTree(ref.digest) })
    return ref
  }

  /** Assigns it, and says so. */
  order(artifact: ArtifactRef): number {
    this.#assigned = this.#host.sign(artifact)
    this.#bus.publish(orderMessage, { host: hostId }, this.#assigned)
    return this.#host.lastSeq
  }

  /** However it is, it ends, and a new one is started. */
  async restart(): Promise<void> {
    if (this.#grabber.isRunning) await this.#grabber.stop('SIGKILL')
    this.#grabber = await startGrabber(this.paths)
  }

  get output(): string {
    return this.#grabber.output
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#grabber[Symbol.asyncDispose]()
    await this.#owned[Symbol.asyncDispose]()
  }

  async #unpackedTree(digest: string): Promise<string> {
    const tree = await mkdtemp(join(this.directory, 'tree-'))
    const bytes = this.#host.artifacts.get(digest)
    if (!bytes) throw new Error(`no artifact ${digest}`)
    await execa('tar', ['-xz', '-C', tree], { input: bytes })
    return treeHash(tree)
  }
}

/** With one thread for files, the calls come in one sequence. */
const startGrabber = ({ state }: HostPaths): Promise<Program> =>
  Program.start({
    name: 'grabber',
    command: process.execPath,
    args: [bundles.grabber, 'run', '--state', state],
    env: { ...environment, UV_THREADPOOL_SIZE: '1' },
    ready: /^Ready/m,
  })
