import { mkdir } from 'node:fs/promises'
import type { ArtifactRef, BuiltBy } from '../../shared/domain/artifact.ts'
import { takeLock } from '../../shared/host/lock.ts'
import { artifactFile, checkArtifactFile } from './artifact-file.ts'
import { buildArtifact } from '../artifact/build-artifact.ts'
import type { BuildListener } from '../artifact/workplace.ts'
import { pathsIn, readBuildSettings, type PackerPaths } from '../config.ts'
import { RepoCache } from '../git/repo-cache.ts'
import { uncommittedFiles, workingTreeOf } from '../git/working-tree.ts'
import { Layers } from '../layers/layers.ts'
import { CompressedPieces } from '../pack/compressed-pieces.ts'
import { resolve } from '../answers/resolve.ts'

export interface FileBuild {
  /** The service's directory in a working tree of git. */
  readonly path: string
  /** A branch, tag or commit of that repo, or HEAD. */
  readonly ref: string
  readonly file: string
  /** Whether nothing is taken of what earlier builds have installed. */
  readonly fresh: boolean
  /** What is kept from build to build, for one packer alone. */
  readonly work: string
  readonly buildTimeout: string
}

export interface BuiltFile extends ArtifactRef {
  readonly service: string
  readonly file: string
  readonly builtBy: BuiltBy
  readonly durationMs: number
  /** Files of the repo that are not as HEAD has them, and so are not in the artifact. Empty when another ref was asked for. */
  readonly uncommitted: readonly string[]
}

/** How it goes, as it goes. */
export interface BuildProgress extends BuildListener {
  uncommitted(files: readonly string[]): void
}

/** Builds a commit of the repo in which one works, by the packer's own way, into a file: the same bytes that a packer would store. */
export const buildToFile = async (
  build: FileBuild,
  progress: BuildProgress,
  signal: AbortSignal,
): Promise<BuiltFile> => {
  const started = performance.now()
  const { file, ref, work } = build
  const settings = await readBuildSettings(build.buildTimeout)
  await checkArtifactFile(file)
  const { repo, path } = await workingTreeOf(build.path, signal)
  const uncommitted = ref === 'HEAD' ? await uncommittedFiles(repo, signal) : []
  if (uncommitted.length > 0) progress.uncommitted(uncommitted)

  const paths = pathsIn(work)
  await using _lock = await lockOf(paths, work)
  const cache = new RepoCache({ directory: paths.git, trustedHosts: new Set(), signal })
  const { service, ...resolved } = await resolve(cache, { source: { repo, path }, ref })
  const source = { service, repo, path }
  const layers = await Layers.open(paths.layers)
  const pieces = await CompressedPieces.open(paths.pieces)
  const tools = { cache, store: artifactFile(file), paths, settings, layers, pieces }
  const { artifact } = await buildArtifact(
    { source, ...resolved, fresh: build.fresh },
    tools,
    progress,
    signal,
  )
  return {
    service,
    ...artifact,
    file,
    builtBy: resolved.builtBy,
    durationMs: Math.round(performance.now() - started),
    uncommitted,
  }
}

const lockOf = async ({ lock }: PackerPaths, work: string): Promise<AsyncDisposable> => {
  await mkdir(work, { recursive: true, mode: 0o700 })
  return takeLock(lock, {
    program: 'packer',
    directory: work,
    hint: 'Wait for it, or give this build a --work directory of its own.',
  })
}
