import type { FastifyInstance } from 'fastify'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type * as z from 'zod'
import { FeedQuery, feedPath, type EventFilter } from '../../shared/api/events.ts'
import { httpStatusOf, PersonError } from '../../shared/errors.ts'
import type { TrackerContext } from '../context.ts'
import { identifyCaller, refuseForeignOrigin } from './caller.ts'
import { describe } from './error-reply.ts'
import { EventWindow } from './event-window.ts'

const frameEveryMs = 100
const pingEveryMs = 30_000
/** A follower that does not read gets no more until it has; it is served from the database then. */
const maxBufferedBytes = 1024 * 1024
const maxFollowers = 1000

interface Follower {
  readonly socket: WebSocket
  readonly filter: EventFilter
  cursor: number
  isAlive: boolean
}

/** The live feed: each follower gets what comes after its cursor, in frames, a few times a second. */
export class Feed implements Disposable {
  readonly #context: TrackerContext
  readonly #app: FastifyInstance
  readonly #window: EventWindow
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 1024, clientTracking: false })
  readonly #followers = new Set<Follower>()
  readonly #pings: NodeJS.Timeout
  #frame: NodeJS.Timeout | undefined

  constructor(app: FastifyInstance, context: TrackerContext) {
    this.#app = app
    this.#context = context
    this.#window = new EventWindow(context.store)
    context.store.onEvents(() => this.#schedule())
    this.#pings = setInterval(() => this.#ping(), pingEveryMs)
    app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head)
    })
  }

  [Symbol.dispose](): void {
    clearInterval(this.#pings)
    clearTimeout(this.#frame)
    for (const { socket } of this.#followers) socket.close(1012, 'the tracker restarts')
    this.#sockets.close()
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    try {
      const query = this.#admit(request)
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#follow(opened, query))
    } catch (error) {
      refuse(socket, error)
    }
  }

  #admit(request: IncomingMessage): z.output<typeof FeedQuery> {
    const url = new URL(request.url ?? '/', 'http://tracker')
    if (url.pathname !== feedPath)
      throw new PersonError('not-found', `There is nothing to follow at ${url.pathname}.`)
    if (request.headers.authorization === undefined) refuseForeignOrigin(request.headers)
    identifyCaller(this.#app, this.#context.store, request.headers, this.#context.now())
    if (this.#followers.size >= maxFollowers) {
      throw new PersonError('unavailable', `${maxFollowers} others follow the feed already.`, {
        hint: 'Try again later.',
      })
    }
    const query = FeedQuery.safeParse(Object.fromEntries(url.searchParams))
    if (query.success) return query.data
    throw new PersonError(
      'invalid',
      `The feed cannot be followed like this: ${query.error.issues[0]?.message ?? ''}.`,
    )
  }

  #follow(socket: WebSocket, { since, ...filter }: z.output<typeof FeedQuery>): void {
    const follower: Follower = { socket, filter, cursor: since ?? this.#window.latest, isAlive: true }
    this.#followers.add(follower)
    socket.on('pong', () => (follower.isAlive = true))
    socket.on('close', () => this.#followers.delete(follower))
    socket.on('error', () => socket.terminate())
    // Even when empty: it tells the follower that it is connected, and from where on.
    this.#send(follower, true)
    this.#schedule()
  }

  #schedule(): void {
    this.#frame ??= setTimeout(() => {
      this.#frame = undefined
      let behind = false
      for (const follower of this.#followers) behind = this.#send(follower, false) || behind
      if (behind) this.#schedule()
    }, frameEveryMs)
  }

  /** Sends one frame; true when there is more for this follower. */
  #send(follower: Follower, evenEmpty: boolean): boolean {
    if (follower.socket.bufferedAmount > maxBufferedBytes) return true
    const frame = this.#window.after(follower.cursor, follower.filter)
    if (frame.events.length > 0 || evenEmpty) follower.socket.send(JSON.stringify(frame))
    follower.cursor = frame.latest
    return frame.latest < this.#window.latest
  }

  #ping(): void {
    for (const follower of this.#followers) {
      if (!follower.isAlive) follower.socket.terminate()
      follower.isAlive = false
      follower.socket.ping()
    }
  }
}

const refuse = (socket: Duplex, error: unknown): void => {
  const shown =
    error instanceof PersonError ? error : new PersonError('internal', 'The tracker failed on this request.')
  const body = JSON.stringify(describe(shown))
  socket.end(
    `HTTP/1.1 ${httpStatusOf[shown.code]} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
