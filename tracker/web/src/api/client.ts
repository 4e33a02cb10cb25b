import type { ApiError } from '../../../../shared/api/common.ts'
import { urlOf, type RequestOf, type ResponseOf, type Route } from '../../../../shared/api/route.ts'
import type { PageRoute } from './page-route.ts'

const timeoutMs = 30_000

/** Why a call failed: one sentence, and what to do. `status` is 0 when the tracker could not be reached. */
export class CallError extends Error {
  override name = 'CallError'
  readonly status: number
  readonly hint: string | undefined

  constructor(status: number, message: string, hint?: string) {
    super(message)
    this.status = status
    this.hint = hint
  }
}

let unauthenticated = (): void => undefined

/** What to do when the session is over, whichever call finds out. */
export const onUnauthenticated = (act: () => void): void => {
  unauthenticated = act
}

/** Calls one route as whoever is logged in. Throws a CallError, or an AbortError when `signal` fires. */
export const call = async <R extends Route>(
  route: PageRoute<R>,
  request: RequestOf<R>,
  signal?: AbortSignal,
): Promise<ResponseOf<R>> => {
  const response = await send(route, request, signal)
  const body: unknown = await response.json().catch(() => undefined)
  if (response.status === 401 && route.access === 'token') unauthenticated()
  if (!response.ok) throw errorOf(response.status, body)
  if (!isObject(body))
    throw new CallError(502, 'The answer is not the tracker’s.', 'Check what stands between.')
  return body as ResponseOf<R>
}

const isObject = (body: unknown): body is object => typeof body === 'object' && body !== null

const send = async <R extends Route>(
  route: PageRoute<R>,
  request: RequestOf<R>,
  signal?: AbortSignal,
): Promise<Response> => {
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    return await fetch(urlOf(route as unknown as R, request), {
      method: route.method,
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      ...('body' in request
        ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(request.body) }
        : {}),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new CallError(0, 'The tracker cannot be reached.', 'Check your connection and that it is running.')
  }
}

const errorOf = (status: number, body: unknown): CallError =>
  isApiError(body)
    ? new CallError(status, body.message, body.hint)
    : new CallError(status, `The tracker answered ${status} without saying why.`)

const isApiError = (body: unknown): body is ApiError =>
  isObject(body) && 'message' in body && typeof body.message === 'string'

/** What to show for anything that was thrown. */
export const toCallError = (error: unknown): CallError =>
  error instanceof CallError
    ? error
    : new CallError(0, error instanceof Error ? error.message : String(error))
