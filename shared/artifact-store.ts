import type { Readable } from 'node:stream'
import * as z from 'zod'
import { PersonError } from './errors.ts'
import type { Digest } from './domain/names.ts'

/** What is kept beside artifacts: small files, in folders of their own. */
export const recordFolders = ['logs', 'records'] as const
/** The name of a record, below its folder: `logs/7-1.log.gz`. */
export type RecordKey = `${(typeof recordFolders)[number]}/${string}` | typeof ownerKey
/** Says to which tracker the store belongs (tracker/upkeep/owner.ts). */
export const ownerKey = 'owner/tracker.json'

/** Something that is in the store. */
export interface Stored {
  /** An artifact's digest, or the key of a record. */
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** When it was put, in ms since the epoch. */
  readonly modifiedAt: number
}

export interface OpenedRecord {
  readonly stream: Readable
  /** Bytes. */
  readonly size: number
}

/** Where artifacts are kept, by digest, and records beside them. Two real ones: a directory that the tracker serves, and S3 (`shared/adapters`). */
export interface ArtifactStore {
  /** Stores the file at `path`; storing the same digest again changes nothing. Nothing half-written is ever visible. */
  put(digest: Digest, path: string, signal: AbortSignal): Promise<void>
  has(digest: Digest): Promise<boolean>
  /** Removing what is not there changes nothing. */
  remove(digest: Digest): Promise<void>
  /** A URL that anyone can GET, without credentials, for `ttlSeconds`. */
  urlFor(digest: Digest, ttlSeconds: number): Promise<string>
  /** Stores the file at `path` under a name, in the place of what had it before. Nothing half-written is ever visible. */
  putRecord(key: RecordKey, path: string, signal: AbortSignal): Promise<void>
  /** Throws PersonError `not-found` when there is none. Who opens it reads it to its end, or destroys it. */
  openRecord(key: RecordKey, signal: AbortSignal): Promise<OpenedRecord>
  /** Removing what is not there changes nothing. */
  removeRecord(key: RecordKey): Promise<void>
  /** All artifacts, or all records of a folder, in no order; however many there are, few are in memory at once. */
  list(what: 'artifacts' | (typeof recordFolders)[number], signal: AbortSignal): AsyncIterable<Stored>
  /** Ends what somebody began to store before `before` (ms since the epoch) and never finished; says how many there were. */
  removeLeftovers(before: number, signal: AbortSignal): Promise<number>
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
