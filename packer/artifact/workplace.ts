import { rm } from 'node:fs/promises'
import type { ArtifactStore } from '../../shared/artifact-store.ts'
import type { BuildStep, LogLine } from '../../shared/domain/event.ts'
import { endLeftovers } from '../build/leftovers.ts'
import type { BuildSettings, PackerPaths } from '../config.ts'
import type { RepoCache } from '../git/repo-cache.ts'
import type { Layers } from '../layers/layers.ts'
import type { CompressedPieces } from '../pack/compressed-pieces.ts'
import type { Deadline } from './deadline.ts'
import type { Steps } from './steps.ts'

/** What a packer has for all its builds. */
export interface BuildTools {
  readonly cache: RepoCache
  readonly store: ArtifactStore
  readonly paths: PackerPaths
  readonly settings: BuildSettings
  readonly layers: Layers
  readonly pieces: CompressedPieces
}

/** What a build needs of them: of the store only that it takes what was built. */
export type Workshop = Omit<BuildTools, 'store'> & { readonly store: Pick<ArtifactStore, 'put'> }

/** Hears what a build says, and what it does. */
export interface BuildListener {
  readonly write: (stream: LogLine['stream'], text: string) => void
  readonly step?: (step: BuildStep) => void
}

/** Where and how one build is done. */
export interface Workplace {
  readonly tools: Workshop
  /** All that it makes is below it. */
  readonly directory: string
  readonly steps: Steps
  readonly say: (text: string) => void
  readonly listener: BuildListener
  readonly limit: Deadline
  readonly signal: AbortSignal
}

/** No process and no file of a build is left below its directory. */
export const clear = async (directory: string): Promise<void> => {
  endLeftovers(directory)
  await rm(directory, { recursive: true, force: true, maxRetries: 3 })
}
