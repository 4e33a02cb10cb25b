import type * as z from 'zod'

/** One route of the REST API: validation, types, OpenAPI and both clients come from it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With `:name` for path parameters. */
  readonly path: string
  readonly summary: string
  /** `none`: anyone may call it. */
  readonly access: 'token' | 'none'
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodObject
  readonly response: z.ZodType
  readonly successStatus?: 200 | 201 | 202
}

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
  (R['body'] extends z.ZodType ? { body: BodyOf<R> } : { body?: never })

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
