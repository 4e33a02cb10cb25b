import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { hashToken, newToken } from '../../tokens.ts'
import { identifyToken, sessionCookie } from '../caller.ts'
import { mount } from '../mount.ts'

const sessionTtlMs = 12 * 3_600_000

export const sessionRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, now } = context

  mount(app, context, api.createSession, async ({ body, reply }) => {
    const { name } = identifyToken(store, body.token, now())
    const session = newToken()
    const expiresAt = now() + sessionTtlMs
    await store.write((writing) => {
      writing.tokens.insert({ hash: hashToken(session), name, kind: 'session', now: writing.now, expiresAt })
    })
    reply.setCookie(sessionCookie, session, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: reply.request.protocol === 'https',
      maxAge: sessionTtlMs / 1000,
    })
    return { name, expiresAt }
  })

  mount(app, context, api.getSession, ({ caller }) => ({
    name: caller.name,
    ...(caller.expiresAt === null ? {} : { expiresAt: caller.expiresAt }),
  }))

  mount(app, context, api.deleteSession, async ({ caller, reply }) => {
    if (caller.expiresAt !== null) await store.write((writing) => writing.tokens.remove(caller.tokenHash))
    reply.clearCookie(sessionCookie, { path: '/' })
    return {}
  })
}
