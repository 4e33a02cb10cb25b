import type { Readable } from 'node:stream'
import * as z from 'zod'
import { PersonError } from './errors.ts'
import type { Digest } from './domain/names.ts'

/** Where artifacts are kept, by digest. Two real ones: a directory that the tracker serves, and S3 (`shared/adapters`). */
export interface ArtifactStore {
  /** Stores the file at `path`; storing the same digest again changes nothing. Nothing half-written is ever visible. */
  put(digest: Digest, path: string, signal: AbortSignal): Promise<void>
  has(digest: Digest): Promise<boolean>
  /** Removing what is not there changes nothing. */
  remove(digest: Digest): Promise<void>
  /** A URL that anyone can GET, without credentials, for `ttlSeconds`. */
  urlFor(digest: Digest, ttlSeconds: number): Promise<string>
}

/** Serves a directory store's own URLs; an S3 store needs nobody to. */
export interface ServedStore extends ArtifactStore {
  /** The bytes behind a URL that `urlFor` made. Throws PersonError: forbidden (bad or expired signature), not-found. */
  open(digest: Digest, expires: string, signature: string): { stream: Readable; size: number }
}

export type StoreLocation =
  | { readonly kind: 'directory'; readonly path: string }
  | {
      readonly kind: 's3'
      readonly bucket: string
      readonly prefix: string
      readonly endpoint: string | undefined
      readonly region: string
    }

/**
 * `directory:/var/lib/apptracker/artifacts`, or `s3://bucket/prefix?endpoint=https://minio.example&region=eu-west-1`.
 * Credentials for S3 come from the environment, as the AWS SDK reads them.
 */
export const parseStoreLocation = (text: string): StoreLocation => {
  const directory = /^directory:(\/.+)$/.exec(text)?.[1]
  if (directory !== undefined) return { kind: 'directory', path: directory }
  const parsed = z.url({ protocol: /^s3$/ }).safeParse(text)
  if (!parsed.success) {
    throw new PersonError(
      'usage',
      `The artifact store '${text}' is neither directory:/path nor s3://bucket/prefix.`,
      {
        hint: 'Give for example directory:/var/lib/apptracker/artifacts or s3://artifacts?region=eu-west-1.',
      },
    )
  }
  const url = new URL(text)
  return {
    kind: 's3',
    bucket: url.hostname,
    prefix: url.pathname.replace(/^\/|\/$/g, ''),
    endpoint: url.searchParams.get('endpoint') ?? undefined,
    region: url.searchParams.get('region') ?? 'us-east-1',
  }
}
