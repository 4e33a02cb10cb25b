import { createHash } from 'node:crypto'
import { arch, platform, versions } from 'node:process'
import type { BuiltBy } from '../shared/domain/artifact.ts'
import type { BuildConfig } from '../shared/domain/build-config.ts'
import { builderFor } from './build/builders.ts'

/** Raise it when tarballs are written in another way: then every artifact is built anew. */
const formatVersion = 3

/** Digest of everything but the commit that decides an artifact's bytes, so that the same need not be built twice. */
export const buildConfigDigest = async (path: string, build: BuildConfig): Promise<string> => {
  const decides = { path, build, ...(await builtBy(build)) }
  return createHash('sha256').update(canonicalJson(decides)).digest('hex')
}

/** What of this packer and its machine decides an artifact's bytes. */
export const builtBy = async (build: BuildConfig): Promise<BuiltBy> => {
  const builder = builderFor(build)
  return {
    machine: `${platform}-${arch}`,
    tool: await builder.toolVersions(build),
    revision: builder.revision,
    format: formatVersion,
    compression: `zlib ${versions.zlib}`,
  }
}

const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
