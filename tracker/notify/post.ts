import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { appVersion } from '../../shared/command-line.ts'
import { errnoOf, messageOf } from '../../shared/errors.ts'
import { signalWithin } from '../../shared/time-limit.ts'
import { checkedLookup, requireCallable } from './callable.ts'

const maxHeaderBytes = 16 * 1024

export interface Parcel {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Posts JSON once. Only an answer of success (2xx) will do: redirects are not followed, and what the answer holds beside its
 * status is not read. Throws why it failed, in words that hold nothing of the URL but its host.
 */
export const post = async (parcel: Parcel, withinMs: number, signal: AbortSignal): Promise<void> => {
  requireCallable(parcel.url)
  const limit = signalWithin(withinMs, signal)
  const status = await statusOf(parcel, limit).catch((error: unknown) => {
    throw new Error(limit.aborted ? `no answer within ${withinMs / 1000} s` : reasonOf(error))
  })
  if (status >= 300 && status < 400) throw new Error(`answered ${status}, and redirects are not followed`)
  if (status < 200 || status >= 400) throw new Error(`answered ${status}`)
}

const statusOf = ({ url, headers, body }: Parcel, signal: AbortSignal): Promise<number> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const options = {
      method: 'POST',
      signal,
      // A connection of its own: each time its address is looked up and checked.
      agent: false,
      lookup: checkedLookup,
      maxHeaderSize: maxHeaderBytes,
      headers: {
        'User-Agent': `AppTracker/${appVersion}`,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        ...headers,
      },
    }
    const outgoing = send(url, options, (response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })

/** When every address of a host fails, the error has no words of its own. */
const reasonOf = (error: unknown): string => messageOf(error) || (errnoOf(error) ?? 'the connection failed')
