import { parseStoreLocation, type ArtifactStore, type ServedStore } from '../artifact-store.ts'
import { DirectoryStore, type ServingOptions } from './directory-store.ts'

/** Opens the store at a location (see parseStoreLocation); `options` are for the tracker, which serves a directory store. */
export const openStore = async (location: string, options: ServingOptions = {}): Promise<ArtifactStore> => {
  const parsed = parseStoreLocation(location)
  if (parsed.kind === 'directory') return new DirectoryStore(parsed.path, options)
  // The AWS SDK takes a quarter of a second to load: only those who use it pay.
  const { S3Store } = await import('./s3-store.ts')
  return new S3Store(parsed)
}

/** Whether the tracker itself must serve this store's URLs. */
export const isServed = (store: ArtifactStore): store is ServedStore => 'open' in store
