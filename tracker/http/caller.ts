import type { FastifyInstance } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'
import { PersonError } from '../../shared/errors.ts'
import type { Store } from '../db/store.ts'
import { hashToken } from '../tokens.ts'

export const sessionCookie = 'apptracker_session'

/** Who makes a request: proven by a token in the Authorization header, or by the page's session cookie. */
export interface Caller {
  readonly name: string
  readonly expiresAt: number | null
  readonly token: string
}

/** Throws `unauthenticated` unless the request carries a token that is known and has not expired. */
export const identifyCaller = (
  app: Pick<FastifyInstance, 'parseCookie'>,
  store: Store,
  headers: IncomingHttpHeaders,
  now: number,
): Caller => {
  const bearer = /^Bearer (.{1,200})$/.exec(headers.authorization ?? '')?.[1]
  const cookie = app.parseCookie(headers.cookie ?? '')[sessionCookie]
  const token = bearer ?? cookie
  if (token === undefined) {
    throw new PersonError('unauthenticated', 'This needs a token.', {
      hint: 'Log in first: `tracker login URL`.',
    })
  }
  return identifyToken(store, token, now)
}

/** Whose token it is. Throws `unauthenticated` when it is nobody's. */
export const identifyToken = (store: Store, token: string, now: number): Caller => {
  const row = store.read.tokens.find(hashToken(token), now)
  if (row) return { name: row.name, expiresAt: row.expiresAt, token }
  throw new PersonError('unauthenticated', 'The token is wrong or has expired.', {
    hint: 'Log in again with a valid token.',
  })
}

/**
 * A page of another site can make a browser send our cookie along. Browsers say where a request comes from: only our own
 * page may change anything, or listen.
 */
export const refuseForeignOrigin = (headers: IncomingHttpHeaders): void => {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  const isForeign =
    (origin !== undefined && hostOf(origin) !== host) ||
    (site !== undefined && !['same-origin', 'none'].includes(site))
  if (isForeign) {
    throw new PersonError('forbidden', `Requests from pages of ${origin ?? 'another site'} are refused.`, {
      hint: 'Use the page that this tracker serves itself.',
    })
  }
}

const hostOf = (origin: string): string | undefined => {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}
