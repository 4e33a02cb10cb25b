import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError } from './api/common.ts'
import { urlOf, type RequestOf, type ResponseOf, type Route } from './api/route.ts'
import { appVersion } from './command-line.ts'
import { errnoOf, errorCodeOf, messageOf, PersonError } from './errors.ts'
import { backoff } from './host/doorbell.ts'
import { signalWithin } from './time-limit.ts'

export interface ApiTarget {
  /** `https://tracker.example`, without a path. */
  readonly url: string
  readonly token?: string | undefined
  /** Who calls, for the audit trail. */
  readonly program?: string
}

const maxResponseBytes = 64 * 1024 * 1024
const maxTries = 5

/**
 * Calls one route over node:http (three times faster to a first answer than fetch). A call that changes something is sent
 * with an Idempotency-Key, so that it is done once although it is sent again when the connection breaks. Throws the API's own
 * error as a PersonError, and `unavailable` when the tracker cannot be reached, does not answer within `timeoutMs`, or
 * `signal` aborts.
 */
export const callApi = async <R extends Route>(
  target: ApiTarget,
  route: R,
  request: RequestOf<R>,
  timeoutMs = 90_000,
  signal?: AbortSignal,
): Promise<ResponseOf<R>> => {
  const outgoing = outgoingOf(target, route, request)
  const limit = signalWithin(timeoutMs, signal)
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt(target, route, outgoing, limit)
    } catch (error) {
      if (!(error instanceof Disconnected) || route.method === 'GET' || failures === maxTries) throw error
      await sleep(backoff(failures), undefined, { signal: limit }).catch(() => {
        throw error
      })
    }
  }
}

/** What may pass by itself: a tracker that is started again. */
class Disconnected extends PersonError {}

interface Outgoing {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string | number>
  readonly body: string | undefined
}

const outgoingOf = <R extends Route>(target: ApiTarget, route: R, request: RequestOf<R>): Outgoing => {
  const body = 'body' in request && request.body !== undefined ? JSON.stringify(request.body) : undefined
  return {
    method: route.method,
    path: urlOf(route, request),
    headers: {
      'user-agent': `${target.program ?? 'apptracker'}/${appVersion}`,
      ...(target.token ? { authorization: `Bearer ${target.token}` } : {}),
      ...(route.method === 'GET' ? {} : { 'idempotency-key': request.idempotencyKey ?? randomUUID() }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    },
    body,
  }
}

const attempt = async <R extends Route>(
  target: ApiTarget,
  route: R,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<ResponseOf<R>> => {
  const { status, text } = await exchange(target, outgoing, signal)
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
  { method, path, headers, body }: Outgoing,
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
        headers,
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

const passing: readonly (string | undefined)[] = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE']

const unreachable = (target: ApiTarget, error: unknown): PersonError => {
  const Failure = passing.includes(errnoOf(error)) ? Disconnected : PersonError
  return new Failure('unavailable', `The tracker at ${target.url} cannot be reached: ${messageOf(error)}.`, {
    hint: 'Check the address and that `tracker serve` is running there.',
    cause: error,
  })
}

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
    return new Disconnected('unavailable', `The tracker behind ${target.url} does not answer (${status}).`, {
      hint: 'Check that it is running: the proxy in front of it cannot reach it.',
    })
  }
  if (!parsed.success) {
    return new PersonError('internal', `${target.url} answered ${status} without saying why.`, {
      hint: 'Check that the address is a tracker’s.',
    })
  }
  const { code, message, field, hint } = parsed.data
  return new PersonError(errorCodeOf(code), message, { field, hint })
}
