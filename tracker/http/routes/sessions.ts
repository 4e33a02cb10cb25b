import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { hashToken, newToken } from '../../tokens.ts'
import { identifyToken, sessionCookie } from '../caller.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

const sessionTtlMs = 12 * 3_600_000

export const sessionRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, now } = context
  const cookie = (value: string, maxAge: number, secure: boolean): string =>
    app.serializeCookie(sessionCookie, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure,
      maxAge,
    })

  mountChange(app, context, api.createSession, async ({ body, protocol, write }) => {
    const { name } = identifyToken(store, body.token, now())
    const session = newToken()
    return write((writing) => {
      const expiresAt = writing.now + sessionTtlMs
      writing.tokens.insert({ hash: hashToken(session), name, kind: 'session', now: writing.now, expiresAt })
      return {
        who: name,
        subject: 'session',
        response: { name, expiresAt },
        cookie: cookie(session, sessionTtlMs / 1000, protocol === 'https'),
      }
    })
  })

  mount(app, context, api.getSession, ({ caller }) => ({
    name: caller.name,
    ...(caller.expiresAt === null ? {} : { expiresAt: caller.expiresAt }),
  }))

  mountChange(app, context, api.deleteSession, ({ caller, protocol, write }) =>
    write((writing) => {
      if (caller.expiresAt !== null) writing.tokens.remove(hashToken(caller.token))
      return { subject: 'session', response: {}, cookie: cookie('', 0, protocol === 'https') }
    }),
  )
}
