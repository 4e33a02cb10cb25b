import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { ApiError } from './api/common.ts'
import { urlOf, type RequestOf, type ResponseOf, type Route } from './api/route.ts'
import { httpStatusOf, messageOf, PersonError, type ErrorCode } from './errors.ts'
import { signalWithin } from './time-limit.ts'

export interface ApiTarget {
  /** `https://tracker.example`, without a path. */
  readonly url: string
  readonly token?: string | undefined
}

const maxResponseBytes = 64 * 1024 * 1024

/**
 * Calls one route over node:http (three times faster to a first answer than fetch). Throws the API's own error as a
 * PersonError, and `unavailable` when the tracker cannot be reached, does not answer within `timeoutMs`, or `signal` aborts.
 */
export const callApi = async <R extends Route>(
  target: ApiTarget,
  route: R,
  request: RequestOf<R>,
  timeoutMs = 90_000,
  signal?: AbortSignal,
): Promise<ResponseOf<R>> => {
  const body = 'body' in request && request.body !== undefined ? JSON.stringify(request.body) : undefined
  const limit = signalWithin(timeoutMs, signal)
  const { status, text } = await exchange(target, route.method, urlOf(route, request), body, limit)
  const parsed = parseJson(text)
  if (status >= 400) throw errorOf(status, parsed, target)
  const result = route.response.safeParse(parsed)
  if (!result.success) {
    throw new PersonError('internal', `The answer of ${target.url} is not one this version understands.`, {
      hint: 'Install the same version of apptracker here and at the tracker.',
      cause: result.error,
    })
  }
  return result.data as ResponseOf<R>
}

const exchange = (
  target: ApiTarget,
  method: string,
  path: string,
  body: string | undefined,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const url = new URL(path, target.url)
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const fail = (error: unknown): void => {
      reject(unreachable(target, error))
    }
    const outgoing = send(
      url,
      {
        method,
        headers: {
          ...(target.token ? { authorization: `Bearer ${target.token}` } : {}),
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
        signal,
      },
      (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > maxResponseBytes) response.destroy(new Error('the answer is larger than 64 MB'))
          chunks.push(chunk)
        })
        response.on('error', fail)
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') })
        })
      },
    )
    outgoing.on('error', fail)
    outgoing.end(body)
  })

const unreachable = (target: ApiTarget, error: unknown): PersonError =>
  new PersonError('unavailable', `The tracker at ${target.url} cannot be reached: ${messageOf(error)}.`, {
    hint: 'Check the address and that `tracker serve` is running there.',
    cause: error,
  })

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const errorOf = (status: number, body: unknown, target: ApiTarget): PersonError => {
  const parsed = ApiError.safeParse(body)
  if (!parsed.success && status >= 502 && status <= 504) {
    return new PersonError('unavailable', `The tracker behind ${target.url} does not answer (${status}).`, {
      hint: 'Check that it is running: the proxy in front of it cannot reach it.',
    })
  }
  if (!parsed.success) {
    return new PersonError('internal', `${target.url} answered ${status} without saying why.`, {
      hint: 'Check that the address is a tracker’s.',
    })
  }
  const { code, message, field, hint } = parsed.data
  return new PersonError(code in httpStatusOf ? (code as ErrorCode) : 'internal', message, { field, hint })
}
