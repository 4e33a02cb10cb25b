import { createHash } from 'node:crypto'
import { arch, platform, versions } from 'node:process'
import type { BuiltBy } from '../../shared/domain/artifact.ts'
import type { BuildConfig } from '../../shared/domain/build-config.ts'
import type { Sources } from '../build/builder.ts'
import { builderFor } from '../build/builders.ts'

/** Raise it when tarballs are written in another way: then every artifact is built anew. */
const formatVersion = 3

/** What decides an artifact's bytes beside the commit, so that the same need not be built twice. */
export interface BuildIdentity {
  /** Digest of both of the others. */
  readonly buildConfig: string
  /** Digest of what the repo says of it. */
  readonly recipe: string
  readonly builtBy: BuiltBy
}

export const identify = async (build: BuildConfig, sources: Sources): Promise<BuildIdentity> => {
  const { on: _on, timeout: _timeout, ...decides } = build
  const recipe = digestOf({ path: sources.directory, build: decides })
  const by = await builtBy(build, sources)
  return { buildConfig: digestOf({ recipe, by }), recipe, builtBy: by }
}

/** What of this packer and its machine decides an artifact's bytes. */
const builtBy = async (build: BuildConfig, sources: Sources): Promise<BuiltBy> => {
  const builder = builderFor(build)
  return {
    machine: `${platform}-${arch}`,
    tool: await builder.toolVersions(build, sources),
    revision: builder.revision,
    format: formatVersion,
    compression: `zlib ${versions.zlib}`,
  }
}

const digestOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex')

const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
