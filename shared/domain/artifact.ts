import * as z from 'zod'
import { Commit, Digest, ServiceName, Version } from './names.ts'
import { Needs } from './needs.ts'
import { SearchPaths } from './search-paths.ts'
import { ServiceConfig } from './service-config.ts'

/** Of an artifact, what a host must know before it fetches it: nothing beyond these sizes is ever read or unpacked. */
export const ArtifactRef = z.strictObject({
  digest: Digest,
  version: Version,
  commit: Commit,
  /** Bytes of the tarball. */
  size: z.int().positive(),
  /** Bytes of all files, and number of entries, once unpacked. */
  unpackedSize: z.int().nonnegative(),
  entries: z.int().positive(),
})
export type ArtifactRef = z.infer<typeof ArtifactRef>

/** Where in the tarball the packer writes the manifest, beside the service's own files. */
export const manifestPath = '.artifact.json'

/** What of the packer decided an artifact's bytes, beside commit and config: where two of one commit differ, this says why. */
export const BuiltBy = z.strictObject({
  /** Operating system and processor: `linux-x64`. */
  machine: z.string().min(1).max(100),
  /** What built it, as far as the version matters: `node20`. */
  tool: z.string().max(8000),
  /** Of the builder, and of the way in which tarballs are written. */
  revision: z.int().positive(),
  format: z.int().positive(),
  /** What compressed it: `zlib 1.3.1`. Another version may give other bytes for the same files. */
  compression: z.string().min(1).max(100),
})
export type BuiltBy = z.infer<typeof BuiltBy>

/**
 * What an artifact says of itself. The config is `service.yaml` as written (durations still `15s`), so it is parsed again,
 * by the same schema, where it is used. It travels inside the artifact: whoever chooses the hosts cannot choose what they run.
 */
export const ArtifactManifest = z.strictObject({
  v: z.literal(1),
  service: ServiceName,
  version: Version,
  commit: Commit,
  builtBy: BuiltBy,
  searchPaths: SearchPaths.default({}),
  needs: Needs.default({}),
  config: ServiceConfig,
})
export type ArtifactManifest = z.infer<typeof ArtifactManifest>
