import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { defineRoute } from './route.ts'

const Session = z.strictObject({
  name: z.string(),
  expiresAt: Timestamp.optional(),
})

export const createSession = defineRoute({
  method: 'POST',
  action: 'session.begin',
  path: '/api/v1/session',
  summary: 'Log in by token; sets the cookie that the web page uses for twelve hours',
  access: 'none',
  body: z.strictObject({ token: z.string().min(1).max(200) }),
  response: Session,
  successStatus: 201,
})

export const getSession = defineRoute({
  method: 'GET',
  path: '/api/v1/session',
  summary: 'Who the caller is',
  access: 'token',
  response: Session,
})

export const deleteSession = defineRoute({
  method: 'DELETE',
  action: 'session.end',
  path: '/api/v1/session',
  summary: 'Log out',
  access: 'token',
  response: z.strictObject({}),
})
