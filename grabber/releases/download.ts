import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Digest } from '../../shared/domain/names.ts'
import { errnoOf, messageOf, PersonError } from '../../shared/errors.ts'
import { backoff } from '../../shared/host/doorbell.ts'
import { usedUp } from '../memory.ts'

export interface Download {
  readonly digest: Digest
  /** Signed: not one byte more is read. */
  readonly size: number
  /** The file that is written, over what is there. */
  readonly path: string
  /** Asked again once when the store says 403 or 404: a URL lives for some minutes only. */
  readonly url: (signal: AbortSignal) => Promise<string>
}

/** Below this rate on average, in bytes per second, a download is given up; the first part is time to begin. */
const minimumRate = 64 * 1024
const timeToBegin = 60_000
const stallMs = 30_000
const maxAttempts = 6

/** Brings the artifact into `path`, its SHA-256 checked while it streams. Throws PersonError once trying again is in vain. */
export const download = async (what: Download, signal: AbortSignal): Promise<void> => {
  const deadline = AbortSignal.timeout(Math.ceil(timeToBegin + (what.size / minimumRate) * 1000))
  const both = AbortSignal.any([signal, deadline])
  let wrongAnswers = 0
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchOnce(what, both)
      return
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof NotTheArtifact) wrongAnswers++
      const inVain = isFinal(error) || wrongAnswers > 1 || attempt === maxAttempts || deadline.aborted
      if (inVain) throw gaveUp(what, error, deadline.aborted)
      await delay(backoff(attempt), undefined, { signal: both }).catch(() => undefined)
    }
  }
}

/** Whether the file is already the artifact, whole. */
export const isWhole = async ({ path, digest }: Pick<Download, 'path' | 'digest'>): Promise<boolean> => {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      usedUp(chunk.length)
    }
  } catch {
    return false
  }
  return hash.digest('hex') === digest
}

/** The store answered, but not with the artifact: a fresh URL may help, once. */
class NotTheArtifact extends Error {
  override name = 'NotTheArtifact'
}

const fetchOnce = async (what: Download, signal: AbortSignal): Promise<void> => {
  const response = await get(new URL(await what.url(signal)), signal)
  const hash = createHash('sha256')
  await pipeline(response, measured(what.size, hash), createWriteStream(what.path), { signal })
  const digest = hash.digest('hex')
  if (digest !== what.digest) throw new NotTheArtifact(`what arrived has the SHA-256 ${digest}`)
}

const get = (url: URL, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const outgoing = send(url, { signal, timeout: stallMs }, (response) => {
      const { statusCode = 0 } = response
      if (statusCode === 200) {
        resolve(response)
        return
      }
      response.resume()
      const Kind = statusCode === 403 || statusCode === 404 ? NotTheArtifact : Error
      reject(new Kind(`the store answered ${statusCode}`))
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error(`nothing came for ${stallMs / 1000} s`)))
    outgoing.on('error', reject)
    outgoing.end()
  })

/** Passes exactly `size` bytes on, hashing them; more or fewer is an error. */
const measured = (size: number, hash: ReturnType<typeof createHash>): Transform => {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      if (seen > size) {
        done(new NotTheArtifact(`the store sends more than the ${size} bytes that were signed`))
        return
      }
      hash.update(chunk)
      usedUp(chunk.length)
      done(null, chunk)
    },
    flush(done) {
      done(seen === size ? null : new Error(`the store sent ${seen} of ${size} bytes`))
    },
  })
}

const isFinal = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].includes(errnoOf(error) ?? '')

const gaveUp = ({ digest, path }: Download, error: unknown, late: boolean): PersonError => {
  if (errnoOf(error) === 'ENOSPC')
    return new PersonError('no-space', `The disk became full while ${path} was written.`, { cause: error })
  const reason = late ? 'it was slower than 64 KiB/s' : messageOf(error)
  return new PersonError('unavailable', `Artifact ${digest} could not be downloaded: ${reason}.`, {
    hint: 'Check that the artifact store can be reached from this host and still has the artifact.',
    cause: error,
  })
}
