import type * as z from 'zod'

interface AnyRoute {
  /** With `:name` for path parameters. */
  readonly path: string
  readonly summary: string
  /** `none`: anyone may call it. One that changes something has the token that allows it in its body. */
  readonly access: 'token' | 'none'
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodObject
  readonly response: z.ZodType
  readonly successStatus?: 200 | 201 | 202
}

export interface ReadRoute extends AnyRoute {
  readonly method: 'GET'
}

/** A route that changes something: each call that succeeds is a row of the audit trail. */
export interface ChangeRoute extends AnyRoute {
  readonly method: 'POST' | 'DELETE'
  /** What the audit trail calls it. People filter by it for years: it is never renamed. */
  readonly action: `${string}.${string}`
}

/** One route of the REST API: validation, types, OpenAPI and both clients come from it. */
export type Route = ReadRoute | ChangeRoute

export const defineRoute = <const R extends Route>(route: R): R => route

type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined

export type ParamsOf<R extends Route> = InputOf<R['params']>
export type QueryOf<R extends Route> = InputOf<R['query']>
export type BodyOf<R extends Route> = InputOf<R['body']>
export type ResponseOf<R extends Route> = z.output<R['response']>

/** What a call of a route needs, and nothing else. */
export type RequestOf<R extends Route> = (R['params'] extends z.ZodType
  ? { params: ParamsOf<R> }
  : { params?: never }) &
  (R['query'] extends z.ZodType ? { query?: QueryOf<R> } : { query?: never }) &
  (R['body'] extends z.ZodType ? { body: BodyOf<R> } : { body?: never }) &
  (R['method'] extends 'GET' ? { idempotencyKey?: never } : { idempotencyKey?: string | undefined })

/** Path and query string of a call. */
export const urlOf = <R extends Route>(route: R, request: RequestOf<R>): string => {
  const { params = {}, query = {} } = request as {
    params?: Record<string, unknown>
    query?: Record<string, unknown>
  }
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) search.append(name, String(item))
    }
  }
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}
