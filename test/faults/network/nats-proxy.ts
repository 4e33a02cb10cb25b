import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Random } from '../random.ts'
import { delivery, FrameSplitter, payloadOf, subjectOf, type Frame } from './frames.ts'

const maxCaptured = 200

/** Stands between one grabber and the NATS server: it can cut the line, hold everything up, and mishandle messages. */
export class NatsProxy implements AsyncDisposable {
  readonly #server: Server
  readonly #target: number
  readonly #links = new Set<Link>()
  readonly #captured: { subject: string; payload: Buffer }[] = []
  #isCut = false
  #isStalled = false
  #shuffling: Random | undefined

  private constructor(server: Server, target: number) {
    this.#server = server
    this.#target = target
    server.on('connection', (client) => this.#admit(client))
  }

  static async start(targetPort: number): Promise<NatsProxy> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new NatsProxy(server, targetPort)
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Every connection is reset, and no new one is taken until healed. */
  cut(): void {
    this.#isCut = true
    for (const link of this.#links) link.destroy()
  }

  /** No byte passes until healed, in either direction. */
  stall(): void {
    this.#isStalled = true
    for (const link of this.#links) link.pause()
  }

  /** Until healed, orders are lost, late, doubled and out of sequence, and what the grabber tells is told twice. */
  shuffle(random: Random): void {
    this.#shuffling = random
  }

  /** Delivers every order that ever came through here once more, oldest last. */
  replay(): number {
    for (const { subject, payload } of this.#captured.toReversed())
      for (const link of this.#links) link.deliver(subject, payload)
    return this.#captured.length
  }

  heal(): void {
    this.#isCut = false
    this.#isStalled = false
    this.#shuffling = undefined
    for (const link of this.#links) link.resume()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #admit(client: Socket): void {
    if (this.#isCut) {
      client.on('error', () => undefined).resetAndDestroy()
      return
    }
    const link = new Link(client, connect({ port: this.#target, host: '127.0.0.1', noDelay: true }), {
      fromServer: (frame) => this.#treat(frame, link),
      copies: () => (this.#shuffling?.chance(0.3) === true ? 2 : 1),
      onEnd: () => this.#links.delete(link),
    })
    this.#links.add(link)
    if (this.#isStalled) link.pause()
  }

  #treat(frame: Frame, link: Link): void {
    const subject = subjectOf(frame)
    const isOrder = subject?.startsWith('at.v1.order.') === true
    if (isOrder) this.#capture(subject, payloadOf(frame))
    if (this.#shuffling && (isOrder || subject?.startsWith('at.v1.cluster.') === true))
      mishandle(frame, link, this.#shuffling)
    else link.toClient(frame.bytes)
  }

  #capture(subject: string, payload: Buffer): void {
    this.#captured.push({ subject, payload: Buffer.from(payload) })
    if (this.#captured.length > maxCaptured) this.#captured.shift()
  }
}

const mishandle = (frame: Frame, link: Link, random: Random): void => {
  const later = (): void => {
    setTimeout(() => link.toClient(frame.bytes), random.between(1, 500))
  }
  switch (random.weighted({ lost: 2, late: 3, doubled: 3, both: 2 })) {
    case 'lost':
      return
    case 'late':
      later()
      return
    case 'doubled':
      link.toClient(frame.bytes)
      link.toClient(frame.bytes)
      return
    case 'both':
      link.toClient(frame.bytes)
      later()
  }
}

interface LinkOptions {
  readonly fromServer: (frame: Frame) => void
  /** How often what the client publishes is passed on. */
  readonly copies: () => number
  readonly onEnd: () => void
}

/** One connection of the client, and the one that was made for it. */
class Link {
  readonly #client: Socket
  readonly #server: Socket
  /** By subject, the client's own number for its subscription. */
  readonly #subscriptions = new Map<string, string>()

  constructor(client: Socket, server: Socket, { fromServer, copies, onEnd }: LinkOptions) {
    this.#client = client
    this.#server = server
    const down = new FrameSplitter()
    const up = new FrameSplitter()
    server.on('data', (chunk) => down.push(chunk).forEach(fromServer))
    client.on('data', (chunk) => {
      for (const frame of up.push(chunk)) this.#toServer(frame, copies())
    })
    for (const socket of [client, server]) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.destroy()
        onEnd()
      })
    }
  }

  toClient(bytes: Buffer): void {
    if (!this.#client.destroyed) this.#client.write(bytes)
  }

  deliver(subject: string, payload: Buffer): void {
    const subscription = this.#subscriptions.get(subject)
    if (subscription !== undefined) this.toClient(delivery(subject, subscription, payload))
  }

  pause(): void {
    this.#client.pause()
    this.#server.pause()
  }

  resume(): void {
    this.#client.resume()
    this.#server.resume()
  }

  destroy(): void {
    this.#client.resetAndDestroy()
    this.#server.destroy()
  }

  #toServer(frame: Frame, copies: number): void {
    const [verb, subject = ''] = frame.words
    if (verb === 'SUB') this.#subscriptions.set(subject, frame.words.at(-1) ?? '')
    const times = subjectOf(frame) === undefined ? 1 : copies
    for (let copy = 0; copy < times && !this.#server.destroyed; copy++) this.#server.write(frame.bytes)
  }
}
