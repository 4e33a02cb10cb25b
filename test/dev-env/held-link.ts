import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

const carriedWhileHeld = 1024 * 1024

/** A way to a server on this machine that a test can hold: then each connection carries a megabyte there, and no more. */
export class HeldLink implements AsyncDisposable {
  isHeld = false
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(port: number) {
    this.#server = createServer((client) => this.#join(client, connect(port, '127.0.0.1')))
  }

  static async open(port: number): Promise<HeldLink> {
    const link = new HeldLink(port)
    link.#server.listen(0, '127.0.0.1')
    await once(link.#server, 'listening')
    return link
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket, server: Socket): void {
    let carried = 0
    client.on('data', (data: Buffer) => {
      carried += data.length
      server.write(data)
      // One that is held stays so: a test ends the program at its other end.
      if (this.isHeld && carried > carriedWhileHeld) client.pause()
    })
    server.pipe(client)
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
  }
}
