import { createReadStream } from 'node:fs'
import { addAbortSignal, type Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
  S3ServiceException,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  type MultipartUpload,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { ArtifactStore, OpenedRecord, RecordKey, Stored } from '../artifact-store.ts'
import type { Digest } from '../domain/names.ts'
import { PersonError } from '../errors.ts'
import { s3Client, type S3Location } from './s3-client.ts'
import { s3Failure } from './s3-failure.ts'

/** A file up to this size goes in one request, a larger one in parts of it; four parts are in memory at once. */
const partBytes = 16 * 1024 * 1024
const partsAtOnce = 4
const uploadsAPage = 100

/** Artifacts and records as objects of an S3 bucket; hosts fetch artifacts by presigned URLs. Credentials come from the environment. */
export class S3Store implements ArtifactStore, Disposable {
  readonly #location: S3Location
  readonly #client: S3Client

  constructor(location: S3Location) {
    this.#location = location
    this.#client = s3Client(location)
  }

  async put(digest: Digest, path: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (await this.has(digest)) return
    await this.#endOthers(fileOf(digest), signal)
    await this.#upload(fileOf(digest), path, signal)
  }

  async has(digest: Digest): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand(this.#object(fileOf(digest))))
      return true
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'NotFound') return false
      throw this.#explain(error, fileOf(digest), 'looked up')
    }
  }

  remove(digest: Digest): Promise<void> {
    return this.#delete(fileOf(digest))
  }

  async urlFor(digest: Digest, ttlSeconds: number): Promise<string> {
    try {
      const get = new GetObjectCommand(this.#object(fileOf(digest)))
      return await getSignedUrl(this.#client, get, { expiresIn: ttlSeconds })
    } catch (error) {
      throw this.#explain(error, fileOf(digest), 'given a URL')
    }
  }

  async putRecord(key: RecordKey, path: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    await this.#upload(key, path, signal)
  }

  async openRecord(key: RecordKey, signal: AbortSignal): Promise<OpenedRecord> {
    try {
      const get = new GetObjectCommand(this.#object(key))
      const { Body, ContentLength } = await this.#client.send(get, { abortSignal: signal })
      return { stream: addAbortSignal(signal, Body as Readable), size: ContentLength ?? 0 }
    } catch (error) {
      signal.throwIfAborted()
      throw this.#explain(error, key, 'read')
    }
  }

  removeRecord(key: RecordKey): Promise<void> {
    return this.#delete(key)
  }

  async *list(what: Parameters<ArtifactStore['list']>[0], signal: AbortSignal): AsyncGenerator<Stored> {
    const { Bucket, Key: top } = this.#object('')
    const prefix = what === 'artifacts' ? top : `${top}${what}/`
    for (let token: string | undefined; ;) {
      const page = await this.#page(
        { Bucket, Prefix: prefix, Delimiter: '/', ContinuationToken: token },
        signal,
      )
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
        const key = what === 'artifacts' ? artifactName.exec(Key)?.[1] : Key.slice(top.length)
        if (key !== undefined) yield { key, size: Size, modifiedAt: LastModified?.getTime() ?? 0 }
      }
      token = page.NextContinuationToken
      if (token === undefined) return
    }
  }

  async removeLeftovers(before: number, signal: AbortSignal): Promise<number> {
    let count = 0
    for await (const upload of this.#unfinished('', signal)) {
      if ((upload.Initiated?.getTime() ?? before) >= before) continue
      await this.#end(upload)
      count += 1
    }
    return count
  }

  [Symbol.dispose](): void {
    this.#client.destroy()
  }

  /** Whoever comes later has the build now: what another has begun to upload, and may never end, would be paid for all the same. */
  async #endOthers(name: string, signal: AbortSignal): Promise<void> {
    const { Key } = this.#object(name)
    try {
      for await (const upload of this.#unfinished(name, signal))
        if (upload.Key === Key) await this.#end(upload)
    } catch (error) {
      // The upkeep of the store ends them as well, and tells when it may not: a packer may do with fewer rights.
      if (!(error instanceof PersonError && error.code === 'forbidden')) throw error
    }
  }

  /** Uploads in parts that have not ended, of what begins so. */
  async *#unfinished(name: string, signal: AbortSignal): AsyncGenerator<MultipartUpload> {
    const { Bucket, Key: Prefix } = this.#object(name)
    for (let next: { KeyMarker?: string; UploadIdMarker?: string } = {}; ;) {
      const request = { Bucket, Prefix, MaxUploads: uploadsAPage, ...next }
      const page = await this.#client
        .send(new ListMultipartUploadsCommand(request), { abortSignal: signal })
        .catch((error: unknown) => {
          signal.throwIfAborted()
          throw this.#explain(error, name, 'searched for unfinished uploads')
        })
      yield* page.Uploads ?? []
      if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return
      next = {
        KeyMarker: page.NextKeyMarker,
        ...(page.NextUploadIdMarker === undefined ? {} : { UploadIdMarker: page.NextUploadIdMarker }),
      }
    }
  }

  async #end({ Key, UploadId }: MultipartUpload): Promise<void> {
    try {
      const { Bucket } = this.#object('')
      await this.#client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
    } catch (error) {
      // Its own program, or another's, has ended it meanwhile.
      if (!(error instanceof S3ServiceException && error.name === 'NoSuchUpload'))
        throw this.#explain(error, '', 'cleared of unfinished uploads')
    }
  }

  #page(request: ListObjectsV2CommandInput, signal: AbortSignal): Promise<ListObjectsV2CommandOutput> {
    return this.#client
      .send(new ListObjectsV2Command(request), { abortSignal: signal })
      .catch((error: unknown) => {
        signal.throwIfAborted()
        throw this.#explain(error, '', 'listed')
      })
  }

  async #upload(name: string, path: string, signal: AbortSignal): Promise<void> {
    const upload = new Upload({
      client: this.#client,
      // The stream is what is aborted, not the upload: only then does done() wait until the parts sent so far are gone.
      params: { ...this.#object(name), Body: addAbortSignal(signal, createReadStream(path)) },
      partSize: partBytes,
      queueSize: partsAtOnce,
    })
    try {
      await upload.done()
    } catch (error) {
      signal.throwIfAborted()
      throw this.#explain(error, name, 'stored')
    }
  }

  async #delete(name: string): Promise<void> {
    try {
      await this.#client.send(new DeleteObjectCommand(this.#object(name)))
    } catch (error) {
      throw this.#explain(error, name, 'removed')
    }
  }

  #object(name: string): { Bucket: string; Key: string } {
    const { bucket, prefix } = this.#location
    return { Bucket: bucket, Key: `${prefix === '' ? '' : `${prefix}/`}${name}` }
  }

  #explain(error: unknown, name: string, what: string): PersonError {
    const { Bucket, Key } = this.#object(name)
    const { code, reason, hint } = s3Failure(error, this.#location)
    return new PersonError(code, `s3://${Bucket}/${Key} cannot be ${what}: ${reason}.`, {
      hint,
      cause: error,
    })
  }
}

const fileOf = (digest: Digest): string => `${digest}.tar.gz`

const artifactName = /([0-9a-f]{64})\.tar\.gz$/
