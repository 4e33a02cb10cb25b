import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createUser, type KeyPair } from 'nkeys.js'
import { freePort } from './free-port.ts'
import { owning, type Owned } from './owned.ts'
import { Program } from './program.ts'
import { TemporaryDirectory } from './temporary-directory.ts'

/** Someone who may connect; the seed is what a client proves itself by. */
export interface NatsUser {
  readonly id: string
  readonly seed: string
}

/** A real nats-server on loopback that lets in the given users, each with the right to everything. */
export class Nats implements AsyncDisposable {
  readonly url: string
  readonly users: readonly NatsUser[]
  readonly #config: string
  readonly #owned: Owned
  #server: Program

  private constructor(
    url: string,
    users: readonly NatsUser[],
    config: string,
    server: Program,
    owned: Owned,
  ) {
    this.url = url
    this.users = users
    this.#config = config
    this.#server = server
    this.#owned = owned
  }

  static start(ids: readonly string[]): Promise<Nats> {
    return owning(async (owned) => {
      const directory = owned.add(await TemporaryDirectory.create())
      const port = await freePort()
      const pairs = ids.map((id) => ({ id, pair: createUser() }))
      const config = join(directory.path, 'nats.conf')
      await writeFile(
        config,
        configOf(
          port,
          pairs.map(({ pair }) => pair),
        ),
      )
      const users = pairs.map(({ id, pair }) => ({ id, seed: Buffer.from(pair.getSeed()).toString() }))
      return new Nats(`nats://127.0.0.1:${port}`, users, config, await startServer(config), owned)
    })
  }

  user(id: string): NatsUser {
    const found = this.users.find((user) => user.id === id)
    if (!found) throw new Error(`no user ${id}`)
    return found
  }

  /** Ends the server, as a crash would; its clients lose their connections. */
  async kill(): Promise<void> {
    await this.#server.stop('SIGKILL')
  }

  /** Starts it again on the same port. */
  async restart(): Promise<void> {
    await this.kill()
    this.#server = await startServer(this.#config)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
    await this.#owned[Symbol.asyncDispose]()
  }
}

const startServer = (config: string): Promise<Program> =>
  Program.start({
    name: 'nats-server',
    command: 'nats-server',
    args: ['-c', config],
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
    ready: /Server is ready/,
  })

// Named accounts only: in 2.9.10 a plain `authorization` beside a system account lets anybody subscribe (CVE-2023-47090).
const configOf = (port: number, pairs: readonly KeyPair[]): string => `
listen: "127.0.0.1:${port}"
accounts {
  TEST: { users: [${pairs.map((pair) => `{ nkey: ${pair.getPublicKey()} }`).join(', ')}] }
}
`
