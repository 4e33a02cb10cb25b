import { createReadStream } from 'node:fs'
import { addAbortSignal } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
  S3ServiceException,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { ArtifactStore, StoreLocation } from '../artifact-store.ts'
import type { Digest } from '../domain/names.ts'
import { errnoOf, messageOf, PersonError, type ErrorCode } from '../errors.ts'

export type S3Location = Extract<StoreLocation, { kind: 's3' }>

/** A file up to this size goes in one request, a larger one in parts of it; four parts are in memory at once. */
const partBytes = 16 * 1024 * 1024
const partsAtOnce = 4

// The SDK would warn of Node 20 on the standard error of every program.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

/** Artifacts as objects of an S3 bucket; hosts fetch them by presigned URLs. Credentials come from the environment. */
export class S3Store implements ArtifactStore, Disposable {
  readonly #location: S3Location
  readonly #client: S3Client

  constructor(location: S3Location) {
    this.#location = location
    this.#client = new S3Client(clientConfig(location))
  }

  async put(digest: Digest, path: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (await this.has(digest)) return
    const upload = new Upload({
      client: this.#client,
      // The stream is what is aborted, not the upload: only then does done() wait until the parts sent so far are gone.
      params: { ...this.#objectOf(digest), Body: addAbortSignal(signal, createReadStream(path)) },
      partSize: partBytes,
      queueSize: partsAtOnce,
    })
    try {
      await upload.done()
    } catch (error) {
      signal.throwIfAborted()
      throw this.#explain(error, digest, 'stored')
    }
  }

  async has(digest: Digest): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand(this.#objectOf(digest)))
      return true
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'NotFound') return false
      throw this.#explain(error, digest, 'looked up')
    }
  }

  async remove(digest: Digest): Promise<void> {
    try {
      await this.#client.send(new DeleteObjectCommand(this.#objectOf(digest)))
    } catch (error) {
      throw this.#explain(error, digest, 'removed')
    }
  }

  async urlFor(digest: Digest, ttlSeconds: number): Promise<string> {
    try {
      const get = new GetObjectCommand(this.#objectOf(digest))
      return await getSignedUrl(this.#client, get, { expiresIn: ttlSeconds })
    } catch (error) {
      throw this.#explain(error, digest, 'given a URL')
    }
  }

  [Symbol.dispose](): void {
    this.#client.destroy()
  }

  #objectOf(digest: Digest): { Bucket: string; Key: string } {
    const { bucket, prefix } = this.#location
    return { Bucket: bucket, Key: `${prefix === '' ? '' : `${prefix}/`}${digest}.tar.gz` }
  }

  #explain(error: unknown, digest: Digest, what: string): PersonError {
    const { Bucket, Key } = this.#objectOf(digest)
    const { code, reason, hint } = explanationOf(error, this.#location)
    return new PersonError(code, `s3://${Bucket}/${Key} cannot be ${what}: ${reason}.`, {
      hint,
      cause: error,
    })
  }
}

const clientConfig = ({ endpoint, region }: S3Location): S3ClientConfig => ({
  region,
  maxAttempts: 5,
  requestHandler: {
    connectionTimeout: 5000,
    socketTimeout: 30_000,
    requestTimeout: 300_000,
    throwOnRequestTimeout: true,
  },
  ...(endpoint === undefined
    ? {}
    : {
        endpoint,
        forcePathStyle: true,
        // Servers other than AWS answer 411 to the checksum trailers that the SDK sends by itself.
        requestChecksumCalculation: 'WHEN_REQUIRED' as const,
        responseChecksumValidation: 'WHEN_REQUIRED' as const,
      }),
})

const explanationOf = (
  error: unknown,
  { bucket, endpoint, region }: S3Location,
): { code: ErrorCode; reason: string; hint?: string } => {
  if (error instanceof S3ServiceException) return refusalOf(error, bucket)
  if (error instanceof Error && error.name === 'CredentialsProviderError') {
    return {
      code: 'forbidden',
      reason: 'there are no S3 credentials',
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or whatever else the AWS SDK reads.',
    }
  }
  if (errnoOf(error) === 'ENOENT') return { code: 'internal', reason: messageOf(error) }
  return {
    code: 'unavailable',
    reason: `${endpoint ?? `S3 in ${region}`} does not answer (${reasonOf(error)})`,
    hint: 'Check the endpoint and the region of the store, and the network.',
  }
}

const refusalOf = (
  error: S3ServiceException,
  bucket: string,
): { code: ErrorCode; reason: string; hint?: string } => {
  const status = error.$metadata.httpStatusCode ?? 0
  if (error.name === 'NoSuchBucket') {
    return { code: 'not-found', reason: `there is no bucket ${bucket}`, hint: 'Create it, or name another.' }
  }
  if (status === 401 || status === 403) {
    return {
      code: 'forbidden',
      reason: `access is refused (${error.name})`,
      hint: `Check the AWS_* credentials and that they may read and write in ${bucket}.`,
    }
  }
  return { code: 'unavailable', reason: `S3 answered ${status} ${error.name}` }
}

/** A connection that was tried on several addresses fails with an AggregateError, whose own message is empty. */
const reasonOf = (error: unknown): string => {
  const message = messageOf(error)
  return message === '' ? (errnoOf(error) ?? 'no reason given') : message
}
