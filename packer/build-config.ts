import { createHash } from 'node:crypto'
import { arch, platform } from 'node:process'
import type { BuiltBy } from '../shared/domain/artifact.ts'
import type { BuildConfig } from '../shared/domain/build-config.ts'
import type { Sources } from './build/builder.ts'
import { builderFor } from './build/builders.ts'

/** Raise it when tarballs are written in another way: then every artifact is built anew. */
const formatVersion = 3

/** Digest of everything but the commit that decides an artifact's bytes, so that the same need not be built twice. */
export const buildConfigDigest = async (build: BuildConfig, sources: Sources): Promise<string> => {
  const decides = { path: sources.directory, build, ...(await builtBy(build, sources)) }
  return createHash('sha256').update(canonicalJson(decides)).digest('hex')
}

/** What of this packer and its machine decides an artifact's bytes. */
export const builtBy = async (build: BuildConfig, sources: Sources): Promise<BuiltBy> => {
  const builder = builderFor(build)
  return {
    machine: `${platform}-${arch}`,
    tool: await builder.toolVersions(build, sources),
    revision: builder.revision,
    format: formatVersion,
  }
}

const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
