import { join } from 'node:path'
import type * as z from 'zod'
import type { ArtifactManifest } from '../../shared/domain/artifact.ts'
import type { Built } from '../build/builder.ts'
import { nativeNeeds } from '../build/native-code.ts'
import { pack, type PackedArtifact } from '../pack/pack.ts'
import { contentsOf, type Contents } from '../record/contents.ts'
import type { Commission } from './commission.ts'
import type { FoundService } from './find-service.ts'
import type { Workplace } from './workplace.ts'

/** A tarball that is not stored yet. */
export interface PackedBuild {
  readonly tarball: string
  readonly packed: PackedArtifact
  readonly manifest: z.input<typeof ArtifactManifest>
  readonly contents: Contents
}

/** Makes a tarball, with its manifest, of what was built, and remembers what is in it. */
export const packBuilt = async (
  commission: Commission,
  found: FoundService,
  built: Built,
  { tools, directory, steps, say, signal }: Workplace,
): Promise<PackedBuild> => {
  const tarball = join(directory, 'artifact.tar.gz')
  const needs = { ...built.needs, ...(await nativeNeeds(built.directory)) }
  const manifest = manifestOf(commission, found, { ...built, needs })
  const { commit, source } = commission
  const within = { repo: found.repo, commit, path: source.path, build: found.file.config.build }
  const { packed, contents } = await steps.take('pack', async () => {
    const { compress } = tools.pieces
    const { packed, entries } = await pack(built.directory, manifest, tarball, { signal, compress })
    return { packed, contents: await contentsOf(built.directory, entries, within) }
  })
  say(`Packed ${packed.entries} entries, ${readable(packed.unpackedSize)}, into ${readable(packed.size)}.`)
  return { tarball, packed, manifest, contents }
}

const manifestOf = (
  { source, version, commit }: Commission,
  { file: { written }, identity }: FoundService,
  { variables, searchPaths = {}, needs = {} }: Built,
): z.input<typeof ArtifactManifest> => {
  const run = { ...written.run, env: { ...written.run.env, ...variables } }
  return {
    v: 1,
    service: source.service,
    version,
    commit,
    builtBy: identity.builtBy,
    searchPaths,
    needs,
    config: { ...written, run },
  }
}

const readable = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
