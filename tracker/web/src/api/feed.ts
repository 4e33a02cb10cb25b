import type { EventFilter, FeedFrame } from '../../../../shared/api/events.ts'
import type { Event } from '../../../../shared/domain/event.ts'
import { backoffMs } from './backoff.ts'
import { call } from './client.ts'
import { feedPath, getSession } from './routes.ts'
import { setFeedDown, setOutdated } from './connection.ts'

export interface FeedOptions {
  readonly filter: EventFilter
  /** The seq after which to begin; left out: from now on. */
  readonly since: number | undefined
  readonly onEvents: (events: readonly Event[]) => void
  /** Each time a connection stands, the first one included. */
  readonly onOpen: () => void
}

/** Follows the live feed, over any number of connections, until the returned function is called. Nothing is missed or seen twice. */
export const openFeed = ({ filter, since, onEvents, onOpen }: FeedOptions): (() => void) => {
  const id = Symbol('feed')
  let cursor = since
  let attempt = 0
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const connect = (): void => {
    clearTimeout(timer)
    timer = undefined
    const opening = new WebSocket(feedUrl(filter, cursor))
    socket = opening
    opening.onopen = () => {
      attempt = 0
      setFeedDown(id, false)
      onOpen()
    }
    opening.onmessage = ({ data }: MessageEvent<unknown>) => {
      const frame = readFrame(data)
      if (!frame) return
      cursor = frame.latest
      if (frame.events.length > 0) onEvents(frame.events)
    }
    opening.onclose = () => {
      if (socket === opening) retryLater()
    }
  }
  const retryLater = (): void => {
    setFeedDown(id, true)
    // A refused connection does not say why in a browser. This call does, and leads to the login page if that is it.
    if (attempt === 1) call(getSession, {}).catch(() => undefined)
    timer = setTimeout(connect, backoffMs(attempt++, Math.random()))
  }
  const retryNow = (): void => {
    if (timer !== undefined) connect()
  }
  const drop = (): void => socket?.close()

  window.addEventListener('online', retryNow)
  window.addEventListener('offline', drop)
  connect()
  return () => {
    window.removeEventListener('online', retryNow)
    window.removeEventListener('offline', drop)
    clearTimeout(timer)
    const last = socket
    socket = undefined
    last?.close()
    setFeedDown(id, false)
  }
}

const feedUrl = (filter: EventFilter, since: number | undefined): string => {
  const url = new URL(feedPath, window.location.href.replace(/^http/, 'ws'))
  for (const [name, value] of Object.entries({ ...filter, since })) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url.href
}

const readFrame = (data: unknown): FeedFrame | undefined => {
  const frame: unknown = typeof data === 'string' ? JSON.parse(data) : undefined
  if (isFrame(frame)) return frame
  setOutdated()
  return undefined
}

/** Of the events themselves, the views take what they know and leave the rest. */
const isFrame = (frame: unknown): frame is FeedFrame =>
  typeof frame === 'object' &&
  frame !== null &&
  'latest' in frame &&
  typeof frame.latest === 'number' &&
  'events' in frame &&
  Array.isArray(frame.events)
