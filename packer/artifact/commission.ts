import type * as z from 'zod'
import type { ArtifactRef } from '../../shared/domain/artifact.ts'
import type { Rollout } from '../../shared/domain/rollout.ts'
import type { buildCall } from '../../shared/messages/build.ts'
import type { Contents } from '../record/contents.ts'
import type { Origin } from '../record/provenance.ts'

export type BuildRequest = z.output<typeof buildCall.request>

/** What is to be built; `fresh` when nothing is to be taken of what earlier builds have installed. */
export type Commission = Pick<BuildRequest, 'source' | 'commit' | 'version' | 'buildConfig' | 'fresh'>

export interface BuiltArtifact {
  readonly artifact: ArtifactRef
  readonly rollout: Rollout
  readonly origin: Origin
  readonly contents: Contents
}
