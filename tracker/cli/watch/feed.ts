import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { FeedFrame, feedPath } from '../../../shared/api/events.ts'
import type { ApiTarget } from '../../../shared/api-client.ts'
import { PersonError } from '../../../shared/errors.ts'

export interface FeedOptions {
  readonly target: ApiTarget
  /** What part of the events: of a deploy, or of a build. */
  readonly filter: { readonly deploy: number } | { readonly build: number }
  /** Events after this seq. */
  readonly since: number
  readonly onFrame: (frame: FeedFrame) => void
  /** The connection is gone; it is tried again until the signal aborts. */
  readonly onAway: () => void
  readonly onBack: () => void
  readonly signal: AbortSignal
}

const handshakeTimeoutMs = 10_000
const pingEveryMs = 15_000
const firstDelayMs = 200
const longestDelayMs = 5000

/**
 * Follows the live feed until the signal aborts, over as many connections as it takes, each going on where the last one
 * ended. Throws only what trying again cannot mend: `unauthenticated`, or something that is not a tracker.
 */
export const followFeed = async (options: FeedOptions): Promise<void> => {
  let since = options.since
  let failures = 0
  const isOver = (): boolean => options.signal.aborted
  while (!isOver()) {
    await connectOnce({
      ...options,
      since,
      onOpen: () => {
        if (failures > 0) options.onBack()
        failures = 0
      },
      onFrame: (frame) => {
        since = Math.max(since, frame.latest)
        options.onFrame(frame)
      },
    })
    if (failures === 0 && !isOver()) options.onAway()
    await sleep(delayAfter(failures), undefined, { signal: options.signal }).catch(() => undefined)
    failures += 1
  }
}

/** Doubling up to a limit; the jitter keeps all who watch from coming back at the same instant. */
const delayAfter = (failures: number): number =>
  Math.min(longestDelayMs, firstDelayMs * 2 ** failures) * (0.5 + Math.random())

interface Connection extends FeedOptions {
  readonly onOpen: () => void
}

/** One connection, until it ends for whatever reason. */
const connectOnce = ({ target, filter, since, onOpen, onFrame, signal }: Connection): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(feedUrl(target.url, { ...filter, since }), {
      headers: { authorization: `Bearer ${target.token ?? ''}` },
      handshakeTimeout: handshakeTimeoutMs,
      maxPayload: 64 * 1024 * 1024,
    })
    const stopPinging = terminateWhenMute(socket)
    const stop = (): void => socket.terminate()
    signal.addEventListener('abort', stop, { once: true })
    socket.on('open', onOpen)
    socket.on('message', (data: Buffer) => {
      if (!signal.aborted) onFrame(parseFrame(data))
    })
    socket.on('unexpected-response', (request, response) => {
      const refusal = refusalOf(target.url, response.statusCode ?? 0)
      if (refusal) reject(refusal)
      request.destroy()
      socket.terminate()
    })
    // 'close' follows every error.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      stopPinging()
      signal.removeEventListener('abort', stop)
      resolve()
    })
  })

const feedUrl = (base: string, query: Record<string, number>): URL => {
  const url = new URL(feedPath, base)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
  return url
}

const parseFrame = (data: Buffer): FeedFrame => FeedFrame.parse(JSON.parse(data.toString('utf8')))

/** A connection whose other end vanished says nothing at all: it is ended when a ping stays unanswered. */
const terminateWhenMute = (socket: WebSocket): (() => void) => {
  let answered = true
  socket.on('pong', () => (answered = true))
  const timer = setInterval(() => {
    if (!answered) {
      socket.terminate()
      return
    }
    answered = false
    if (socket.readyState === WebSocket.OPEN) socket.ping()
  }, pingEveryMs)
  return () => clearInterval(timer)
}

const refusalOf = (url: string, status: number): PersonError | undefined => {
  if (status === 401 || status === 403) {
    return new PersonError('unauthenticated', `The tracker at ${url} does not accept this token.`, {
      hint: `Run \`tracker login ${url}\`.`,
    })
  }
  if (status === 404 || status === 426 || status === 200) {
    return new PersonError('internal', `${url} has no live feed.`, {
      hint: 'Check that the address is a tracker’s.',
    })
  }
  return undefined
}
