import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type * as z from 'zod'
import { ApiError } from '../../shared/api/common.ts'
import type { Route } from '../../shared/api/route.ts'
import type { TrackerContext } from '../context.ts'
import { identifyCaller, refuseForeignOrigin, type Caller } from './caller.ts'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

export interface Handled<R extends Route> {
  readonly params: Parsed<R['params']>
  readonly query: Parsed<R['query']>
  readonly body: Parsed<R['body']>
  /** Throws unless the route needs a token. */
  readonly caller: Caller
  readonly reply: FastifyReply
}

type Handler<R extends Route> = (
  request: Handled<R>,
) => Promise<z.input<R['response']>> | z.input<R['response']>

/** Serves a route of shared/api: checked on the way in and on the way out, and part of the OpenAPI document. */
export const mount = <R extends Route>(
  app: FastifyInstance,
  context: TrackerContext,
  route: R,
  handle: Handler<R>,
): void => {
  const status = route.successStatus ?? 200
  app.route({
    method: route.method,
    url: route.path,
    schema: {
      summary: route.summary,
      security: route.access === 'none' ? [] : [{ token: [] }],
      ...(route.params ? { params: route.params } : {}),
      ...(route.query ? { querystring: route.query } : {}),
      ...(route.body ? { body: route.body } : {}),
      response: { [status]: route.response, '4xx': ApiError, '5xx': ApiError },
    },
    // Before the body is parsed, so that a stranger learns nothing from how it is judged.
    onRequest: (request, _reply, done) => {
      admit(app, context, route, request)
      done()
    },
    handler: async (request, reply) => {
      reply.code(status)
      return handle({
        params: request.params as Parsed<R['params']>,
        query: request.query as Parsed<R['query']>,
        body: request.body as Parsed<R['body']>,
        get caller() {
          return identifyCaller(app, context.store, request.headers, context.now())
        },
        reply,
      })
    },
  })
}

const admit = (
  app: FastifyInstance,
  context: TrackerContext,
  route: Route,
  request: FastifyRequest,
): void => {
  if (route.method !== 'GET' && request.headers.authorization === undefined)
    refuseForeignOrigin(request.headers)
  if (route.access === 'token') identifyCaller(app, context.store, request.headers, context.now())
}
