import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Misdeed = 'corrupt' | 'truncate' | 'refuse'

/** Stands in front of the artifact store: passes artifacts on, and spoils them while it is told to. */
export class DownloadProxy implements AsyncDisposable {
  /** Where the store really is. */
  target = ''
  readonly #server: Server
  #misdeed: { readonly kind: Misdeed; readonly dice: number } | undefined

  private constructor(server: Server) {
    this.#server = server
    server.on('request', (request, response) => {
      this.#pass(request, response).catch(() => response.destroy())
    })
  }

  static async start(): Promise<DownloadProxy> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new DownloadProxy(server)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** From now on until healed. `dice` says which byte, or how many. */
  spoil(kind: Misdeed, dice: number): void {
    this.#misdeed = { kind, dice }
  }

  heal(): void {
    this.#misdeed = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await fetch(new URL(request.url ?? '/', this.target), {
      signal: AbortSignal.timeout(10_000),
    })
    const body = Buffer.from(await answer.arrayBuffer())
    const misdeed = this.#misdeed
    const at = Math.floor((misdeed?.dice ?? 0) * body.length)
    if (misdeed?.kind === 'refuse') {
      response.writeHead(misdeed.dice < 0.5 ? 403 : 500).end()
      return
    }
    if (misdeed?.kind === 'corrupt') body.writeUInt8((body.readUInt8(at) ^ 0xff) & 0xff, at)
    response.writeHead(answer.status, { 'content-length': body.length })
    if (misdeed?.kind === 'truncate') response.write(body.subarray(0, at), () => response.destroy())
    else response.end(body)
  }
}
