import type * as z from 'zod'
import type { buildResultCall } from '../../shared/messages/build.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Writing } from '../db/store.ts'
import { completeBuild, failBuild, hasEnded, queueAgain } from './move-build.ts'

export type BuildResult = z.output<typeof buildResultCall.request>

/**
 * What a packer says of a build. One that comes again, or after the build has ended, changes nothing; an artifact is welcome
 * from whoever made it, but that it failed or declined is believed only of the last to have it.
 */
export const recordResult = (writing: Writing, packer: string, result: BuildResult): void => {
  const build = writing.builds.get(result.buildId)
  if (!build) return
  if (!hasEnded(build)) endBy(writing, build, packer, result)
  noteKept(writing, packer, result)
}

const endBy = (writing: Writing, build: BuildRow, packer: string, result: BuildResult): void => {
  if (result.outcome === 'built') {
    registerArtifact(writing, build, result)
    return
  }
  if (!hadItLast(build, packer, result) || result.outcome === 'stopped') return
  if (result.outcome === 'failed') failBuild(writing, build, result.error)
  else if (build.state === 'building') queueAgain(writing, build, result.error, build.lost)
}

/** One that took a build unheard, too late or while the tracker was down, has it by the same number as the next one. */
const hadItLast = (build: BuildRow, packer: string, { attempt }: BuildResult): boolean =>
  attempt > build.attempts || (attempt === build.attempts && packer === build.packer)

/** The log of whoever had it last, also where the build was cancelled meanwhile. */
const noteKept = ({ builds }: Writing, packer: string, result: BuildResult): void => {
  const build = builds.get(result.buildId)
  if (!build || !hasEnded(build) || build.kept !== null || result.outcome === 'declined') return
  if (result.kept === undefined) return
  if (result.outcome !== 'built' && !hadItLast(build, packer, result)) return
  builds.keep(build.id, result.kept)
}

const registerArtifact = (
  writing: Writing,
  build: BuildRow,
  { artifact, rollout }: BuildResult & { outcome: 'built' },
): void => {
  const { service, buildConfig } = build
  writing.artifacts.insert({ ...artifact, service, buildConfig, rollout, now: writing.now })
  completeBuild(writing, build, artifact.digest)
  for (const deploy of writing.deploys.awaiting(build.id)) {
    writing.deploys.setDigest(deploy.id, artifact.digest)
    writing.targets.setDigest(deploy.id, artifact.digest)
  }
}
