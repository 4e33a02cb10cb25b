import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type * as z from 'zod'
import type { ChangeRoute } from '../../shared/api/route.ts'
import type { TrackerContext } from '../context.ts'
import type { Writing } from '../db/store.ts'
import { handled, serve, type Handled } from './mount.ts'

/** What a write says of itself: to whoever asked for it, and for the audit trail. */
export type Change<R extends ChangeRoute> = {
  /** What it was done to: `deploy 12`. Never a secret. */
  readonly subject: string
  readonly service?: string
  readonly response: z.input<R['response']>
  /** A Set-Cookie header. */
  readonly cookie?: string
  /** Who did it, where no token of the API says so. */
  readonly who?: string
} & (R['access'] extends 'none' ? { readonly who: string } : unknown)

/** Commits a change together with its audit row: both, or neither when the job throws. */
type Write<R extends ChangeRoute> = (job: (writing: Writing) => Change<R>) => Promise<Committed>

interface ChangeRequest<R extends ChangeRoute> extends Handled<R> {
  readonly protocol: string
  readonly write: Write<R>
}

/** What was committed. Only `write` makes one, so that no route can answer without its audit row. */
class Committed {
  readonly #change: Change<ChangeRoute>

  constructor(change: Change<ChangeRoute>) {
    this.#change = change
  }

  get answer(): { response: unknown; cookie?: string } {
    const { response, cookie } = this.#change
    return { response, ...(cookie === undefined ? {} : { cookie }) }
  }
}

/** Serves a route of shared/api that changes something: in one transaction, with a row in the audit trail. */
export const mountChange = <R extends ChangeRoute>(
  app: FastifyInstance,
  context: TrackerContext,
  route: R,
  handle: (request: ChangeRequest<R>) => Promise<Committed>,
): void =>
  serve(app, context, route, {}, async (request, reply) => {
    const asked = handled<R>(app, context, route, request)
    const write: Write<R> = (job) =>
      context.store.write((writing) => {
        const change = job(writing)
        writing.audit.append({
          at: writing.now,
          who: asked.caller?.name ?? change.who ?? '',
          action: route.action,
          subject: change.subject,
          ...(change.service === undefined ? {} : { service: change.service }),
          ...reasonOf(asked.body),
          ...originOf(request),
          requestId: randomUUID(),
        })
        return new Committed(change)
      })
    const { answer } = await handle({ ...asked, protocol: request.protocol, write })
    if (answer.cookie !== undefined) reply.header('set-cookie', answer.cookie)
    return answer.response
  })

const reasonOf = (body: unknown): { reason?: string } => {
  const { reason } = (body ?? {}) as { reason?: string }
  return reason === undefined || reason === '' ? {} : { reason }
}

const maxClientLength = 200

const originOf = (request: FastifyRequest): { address: string; client?: string } => {
  const client = request.headers['user-agent']
  return {
    address: request.ip,
    ...(client === undefined ? {} : { client: client.slice(0, maxClientLength) }),
  }
}
