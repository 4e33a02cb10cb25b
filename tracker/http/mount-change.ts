import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { AuditEntry } from '../../shared/api/audit.ts'
import { IdempotencyKey } from '../../shared/api/common.ts'
import type { ChangeRoute } from '../../shared/api/route.ts'
import type { TrackerContext } from '../context.ts'
import type { Writing } from '../db/store.ts'
import type { Answer, KeyedCall } from '../keyed-calls.ts'
import { handled, serve, type Handled } from './mount.ts'

/** What a write says of itself: to whoever asked for it, and for the audit trail. */
type Change<R extends ChangeRoute> = {
  /** What it was done to: `deploy 12`. Never a secret. */
  readonly subject: string
  readonly service?: string
  /** Who did it, where no token of the API says so. */
  readonly who?: string
  readonly response: z.input<R['response']>
  /** A Set-Cookie header. */
  readonly cookie?: string
} & (R['access'] extends 'none' ? { readonly who: string } : unknown)

/** Commits a change with its audit row, and with its answer if the call has a key: all of it, or nothing when the job throws. */
type Write<R extends ChangeRoute> = (job: (writing: Writing) => Change<R>) => Promise<Committed>

interface ChangeRequest<R extends ChangeRoute> extends Handled<R> {
  readonly protocol: string
  readonly write: Write<R>
}

/** What was committed. Only `write` makes one, so that no route can answer without its audit row. */
class Committed {
  readonly #answer: Answer

  constructor(answer: Answer) {
    this.#answer = answer
  }

  get answer(): Answer {
    return this.#answer
  }
}

const headers = z.looseObject({
  'idempotency-key': IdempotencyKey.optional().describe(
    'The same call sent again with the same key, within a day, is answered as the first time and done once',
  ),
})

/** Serves a route of shared/api that changes something: audited, and done once however often a call with a key is sent. */
export const mountChange = <R extends ChangeRoute>(
  app: FastifyInstance,
  context: TrackerContext,
  route: R,
  handle: (request: ChangeRequest<R>) => Promise<Committed>,
): void =>
  serve(app, context, route, { headers }, async (request, reply) => {
    const asked = handled<R>(app, context, route, request)
    const keyed = keyedCallOf(request, asked)
    const write: Write<R> = (job) =>
      context.store.write((writing) => {
        const change = job(writing)
        const { response, cookie } = change
        const answer: Answer = { response, ...(cookie === undefined ? {} : { cookie }) }
        writing.audit.append(entryOf(route, request, asked, change, writing.now))
        if (keyed) context.keyedCalls.keep(writing, keyed, answer)
        return new Committed(answer)
      })
    const act = async (): Promise<Answer> =>
      (await handle({ ...asked, protocol: request.protocol, write })).answer
    const { response, cookie } = await (keyed ? context.keyedCalls.once(keyed, act) : act())
    if (cookie !== undefined) reply.header('set-cookie', cookie)
    return response
  })

const keyOf = ({ headers }: FastifyRequest): string | undefined =>
  headers['idempotency-key'] as string | undefined

const keyedCallOf = (request: FastifyRequest, asked: Handled<ChangeRoute>): KeyedCall | undefined => {
  const key = keyOf(request)
  // A route that anyone may call has the token that allows it in its body.
  const token = asked.caller?.token ?? (asked.body as { token?: string } | undefined)?.token
  if (key === undefined || token === undefined) return undefined
  return { key, token, method: request.method, url: request.url, body: asked.body }
}

const maxClientLength = 200

const entryOf = (
  route: ChangeRoute,
  request: FastifyRequest,
  { caller, body }: Handled<ChangeRoute>,
  { subject, service, who }: Change<ChangeRoute>,
  now: number,
): Omit<AuditEntry, 'id'> => {
  const client = request.headers['user-agent']
  const { reason } = (body ?? {}) as { reason?: string }
  return {
    at: now,
    who: caller?.name ?? who ?? '',
    action: route.action,
    subject,
    ...(service === undefined ? {} : { service }),
    ...(reason ? { reason } : {}),
    address: request.ip,
    ...(client === undefined ? {} : { client: client.slice(0, maxClientLength) }),
    requestId: keyOf(request) ?? randomUUID(),
  }
}
