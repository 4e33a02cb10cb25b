import { execFileSync } from 'node:child_process'
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { mkdir, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import type * as z from 'zod'
import type { Host } from '../../grabber/install/host.ts'
import { Installer } from '../../grabber/install/installer.ts'
import { knownServices } from '../../grabber/install/recover.ts'
import { prepareStateDirectory } from '../../grabber/state-directory.ts'
import { ShimSupervisor } from '../../grabber/supervisor/shim.ts'
import type { ArtifactManifest, ArtifactRef } from '../../shared/domain/artifact.ts'
import type { HostPaths } from '../../shared/host/layout.ts'
import { createLogger } from '../../shared/log.ts'
import type { HostEvent } from '../../shared/messages/host-events.ts'
import type { Order, SignedOrder } from '../../shared/messages/order.ts'
import { generatePrivateKey } from '../../shared/signing/keys.ts'
import { signOrder } from '../../shared/signing/orders.ts'
import { TemporaryDirectory } from './temporary-directory.ts'
import { eventually } from './poll.ts'

export const hostId = 'h0123456789ab'
const never = new AbortController().signal

export interface ServiceFiles {
  readonly service?: string
  readonly version: string
  readonly command: string
  readonly files?: Record<string, string>
  readonly health?: object
  readonly stop?: object
  readonly hooks?: object
  readonly keepReleases?: number
  /** More that the packer says in the manifest. */
  readonly manifest?: Pick<z.input<typeof ArtifactManifest>, 'searchPaths' | 'needs'>
}

/**
 * One host with a real directory, real processes and a real HTTP store, without a grabber process around it: the test gives the
 * orders and hears the events.
 */
export class LoneHost implements AsyncDisposable {
  readonly paths: HostPaths
  readonly key: KeyObject = generatePrivateKey()
  readonly events: HostEvent[] = []
  readonly supervisor: ShimSupervisor
  readonly artifacts = new Map<string, Buffer>()
  readonly requests: string[] = []
  /** Artifacts that the store never answers about. */
  readonly stalled = new Set<string>()
  readonly #directory: TemporaryDirectory
  readonly #store: Server
  #seq = 0
  #shutdown = new AbortController()
  #installer: Installer | undefined

  private constructor(directory: TemporaryDirectory, paths: HostPaths, store: Server) {
    this.#directory = directory
    this.paths = paths
    this.#store = store
    this.supervisor = new ShimSupervisor({ paths, allowRoot: true, log: createLogger('test', 'silent') })
    store.on('request', (request, response) => {
      const digest = (request.url ?? '').slice(1)
      this.requests.push(digest)
      if (this.stalled.has(digest)) return
      const bytes = this.artifacts.get(digest)
      response.writeHead(bytes ? 200 : 404).end(bytes)
    })
  }

  static async create(): Promise<LoneHost> {
    const directory = await TemporaryDirectory.create()
    const top = await realpath(directory.path)
    const paths = { root: join(top, 'srv'), state: join(top, 'state') }
    await mkdir(paths.root)
    await prepareStateDirectory(paths)
    const store = createServer()
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
    return new LoneHost(directory, paths, store)
  }

  /** What an install needs of its host. */
  get host(): Host {
    return {
      id: hostId,
      paths: this.paths,
      orderKey: createPublicKey(this.key),
      supervisor: this.supervisor,
      log: createLogger('test', 'silent'),
      artifactUrl: (digest) => Promise.resolve(this.urlOf(digest)),
      emit: (event) => void this.events.push(event),
      delivered: () => Promise.resolve(),
      lookNow: () => undefined,
      changed: () => undefined,
    }
  }

  get installer(): Installer {
    this.#installer ??= new Installer(this.host, this.#shutdown.signal)
    return this.#installer
  }

  urlOf(digest: string): string {
    return `http://127.0.0.1:${(this.#store.address() as AddressInfo).port}/${digest}`
  }

  /** The grabber is stopped and started again. */
  async restartGrabber(): Promise<void> {
    await this.stopGrabber()
    this.#shutdown = new AbortController()
    this.#installer = undefined
    await this.installer.recover()
  }

  async stopGrabber(): Promise<void> {
    this.#shutdown.abort()
    await this.#installer?.settled()
  }

  /** Packs a service with the system's tar, and puts it into the store. */
  async artifact(what: ServiceFiles): Promise<ArtifactRef> {
    const tree = await mkdtemp(join(this.#directory.path, 'tree-'))
    const manifest = {
      v: 1,
      service: what.service ?? 'web',
      version: what.version,
      commit: 'c'.repeat(40),
      builtBy: { machine: 'linux-x64', tool: 'node20', revision: 1, format: 3, compression: 'zlib 1' },
      ...what.manifest,
      config: {
        service: what.service ?? 'web',
        build: { type: 'node' },
        run: { command: what.command, stop: what.stop ?? { grace: '2s' } },
        health: { healthy_for: '200ms', deadline: '3s', interval: '100ms', ...what.health },
        hooks: what.hooks ?? {},
        keep_releases: what.keepReleases ?? 5,
      },
    }
    const files = { ...what.files, '.artifact.json': JSON.stringify(manifest) }
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(tree, path)), { recursive: true })
      await writeFile(join(tree, path), content)
    }
    execFileSync('tar', ['-czf', `${tree}.tar.gz`, '-C', tree, '--sort=name', '.'])
    const listed = execFileSync('tar', ['-tzf', `${tree}.tar.gz`])
      .toString()
      .trim()
      .split('\n')
    const unpackedSize = Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0)
    return this.store(await readFile(`${tree}.tar.gz`), {
      version: what.version,
      unpackedSize,
      entries: listed.length - 1,
    })
  }

  /** Puts any bytes into the store, as an artifact of the given measures. */
  store(bytes: Buffer, measures: Pick<ArtifactRef, 'version' | 'unpackedSize' | 'entries'>): ArtifactRef {
    const digest = createHash('sha256').update(bytes).digest('hex')
    this.artifacts.set(digest, bytes)
    return { ...measures, digest, commit: 'c'.repeat(40), size: bytes.length }
  }

  sign(artifact: ArtifactRef, overrides: Partial<Order> = {}): SignedOrder {
    const now = Date.now()
    this.#seq++
    return signOrder(
      {
        v: 1,
        host: hostId,
        service: 'web',
        seq: this.#seq,
        phase: 'activate',
        deployId: 1,
        artifact,
        issuedAt: now,
        expiresAt: now + 60_000,
        ...overrides,
      },
      this.key,
    )
  }

  /** Gives the order and waits for its end; returns the states that were told. */
  async install(artifact: ArtifactRef, overrides: Partial<Order> = {}): Promise<string[]> {
    const signed = this.sign(artifact, overrides)
    const seq = overrides.seq ?? this.#seq
    this.installer.accept(signed)
    await eventually(`the end of order ${seq}`, () => this.endOf(seq))
    await this.installer.settled()
    return this.statesOf(seq)
  }

  statesOf(seq = this.#seq): string[] {
    return this.events.filter((event) => event.seq === seq).map((event) => event.state)
  }

  get lastSeq(): number {
    return this.#seq
  }

  get lastEvent(): HostEvent {
    const event = this.events.at(-1)
    if (!event) throw new Error('no event was told')
    return event
  }

  endOf(seq: number): HostEvent | undefined {
    return this.events.find((event) => event.seq === seq && ends.has(event.state))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopGrabber()
    const services = new Set([...(await knownServices(this.paths)), 'web', 'api'])
    const kill = { signal: 'SIGKILL', grace: 1000 } as const
    await Promise.all([...services].map((service) => this.supervisor.stop(service, kill, never)))
    this.#store.closeAllConnections()
    this.#store.close()
    await this.#directory[Symbol.asyncDispose]()
  }
}

const ends = new Set(['staged', 'committed', 'skipped', 'rolled-back', 'failed'])
