import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type * as z from 'zod'
import { ApiError } from '../../shared/api/common.ts'
import type { ReadRoute, Route } from '../../shared/api/route.ts'
import type { TrackerContext } from '../context.ts'
import { identifyCaller, refuseForeignOrigin, type Caller } from './caller.ts'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

type CallerOf<Access extends Route['access']> = Access extends 'none' ? undefined : Caller

export interface Handled<R extends Route> {
  readonly params: Parsed<R['params']>
  readonly query: Parsed<R['query']>
  readonly body: Parsed<R['body']>
  readonly caller: CallerOf<R['access']>
}

type Answer<R extends Route> = z.input<R['response']>

/** Serves a route of shared/api that changes nothing. */
export const mount = <R extends ReadRoute>(
  app: FastifyInstance,
  context: TrackerContext,
  route: R,
  handle: (request: Handled<R>) => Promise<Answer<R>> | Answer<R>,
): void => serve(app, context, route, {}, (request) => handle(handled<R>(app, context, route, request)))

/** A route as it is served: checked on the way in and on the way out, and part of the OpenAPI document. */
export const serve = (
  app: FastifyInstance,
  context: TrackerContext,
  route: Route,
  more: { headers?: z.ZodType },
  answer: (request: FastifyRequest, reply: FastifyReply) => unknown,
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
      ...more,
      response: { [status]: route.response, '4xx': ApiError, '5xx': ApiError },
    },
    // Before the body is parsed, so that a stranger learns nothing from how it is judged.
    onRequest: (request, _reply, done) => {
      admit(app, context, route, request)
      done()
    },
    handler: async (request, reply) => {
      reply.code(status)
      return answer(request, reply)
    },
  })
}

export const handled = <R extends Route>(
  app: FastifyInstance,
  context: TrackerContext,
  route: R,
  request: FastifyRequest,
): Handled<R> => ({
  params: request.params as Parsed<R['params']>,
  query: request.query as Parsed<R['query']>,
  body: request.body as Parsed<R['body']>,
  caller: callerOf(app, context, route, request) as Handled<R>['caller'],
})

const admit = (
  app: FastifyInstance,
  context: TrackerContext,
  route: Route,
  request: FastifyRequest,
): void => {
  if (route.method !== 'GET' && request.headers.authorization === undefined)
    refuseForeignOrigin(request.headers)
  callerOf(app, context, route, request)
}

const callerOf = (
  app: FastifyInstance,
  { store, now }: TrackerContext,
  { access }: Route,
  { headers }: FastifyRequest,
): Caller | undefined => (access === 'token' ? identifyCaller(app, store, headers, now()) : undefined)
