import { BuildCause } from '../../shared/api/builds.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Resolved } from '../../shared/messages/sources.ts'
import type { Artifact } from '../db/artifacts.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Writing } from '../db/store.ts'
import { whyBuilt } from './why-built.ts'

/** A build is asked for. */
export interface BuildRequest {
  readonly service: string
  readonly resolved: Resolved
  readonly cause: BuildCause
  readonly askedBy: string
  /** Also what was built before. */
  readonly rebuild?: boolean
}

/** What serves: an artifact that exists, or a build that will make one; and in one sentence why. */
type BuildAnswer = { readonly because: string } & (
  | { readonly kind: 'artifact'; readonly artifact: Artifact }
  | { readonly kind: 'build'; readonly build: BuildRow }
)

/** Builds that have not ended; more are refused, so that a storm of hooks cannot fill the database. */
const maxRunning = 1000

/** The artifact of this commit, built the same way, if there is one; else the build that is running or begins now. */
export const ensureBuild = (writing: Writing, request: BuildRequest): BuildAnswer => {
  const { service, resolved, rebuild = false } = request
  const { commit, buildConfig, version } = resolved
  const artifact = rebuild ? undefined : writing.artifacts.byCommit(service, commit, buildConfig)
  if (artifact) {
    // The same commit under a better name: a tag that came after the build.
    if (commit.startsWith(artifact.version)) writing.artifacts.rename(artifact.digest, version)
    const earlier = writing.builds.ofArtifact(artifact.digest)
    return { kind: 'artifact', artifact, because: reused(commit, earlier) }
  }
  const running = writing.builds.findRunning(service, commit, buildConfig)
  if (running)
    return { kind: 'build', build: joined(writing, running, request.cause), because: joins(running) }
  const because = whyBuilt(writing, service, resolved, rebuild)
  return { kind: 'build', build: insert(writing, request, because), because }
}

const reused = (commit: string, earlier: BuildRow | undefined): string =>
  `Commit ${commit.slice(0, 10)} was built in the same way before${earlier ? `, as build ${earlier.id}` : ''}.`

const joins = ({ id }: BuildRow): string =>
  `Build ${id} of the same commit is on its way already, and serves both.`

/** Whoever waits for it most urgently decides its place in the queue. */
const joined = (writing: Writing, build: BuildRow, cause: BuildCause): BuildRow => {
  if (priorityOf(cause) < build.priority) writing.builds.setPriority(build.id, priorityOf(cause), cause)
  return requireRow(writing, build.id)
}

const insert = (
  writing: Writing,
  { service, resolved, cause, askedBy, rebuild = false }: BuildRequest,
  reason: string,
): BuildRow => {
  if (writing.builds.countRunning() >= maxRunning) throw tooMany()
  const { version, commit, subject, buildConfig, recipe, builtBy, on } = resolved
  const id = writing.builds.insert({
    ...{ service, version, commit, subject, buildConfig, recipe, builtBy, cause, askedBy },
    labels: on,
    fresh: rebuild,
    priority: priorityOf(cause),
    now: writing.now,
  })
  writing.emit({
    kind: 'build.state',
    service,
    buildId: id,
    data: { state: 'queued', version, commit, reason },
  })
  return requireRow(writing, id)
}

const priorityOf = (cause: BuildCause): number => BuildCause.options.indexOf(cause)

const tooMany = (): PersonError =>
  new PersonError('unavailable', `${maxRunning} builds are waiting already.`, {
    hint: 'See `tracker builds`; cancel what nobody needs, or enrol another packer.',
  })

/** Of a build that was just read or written. */
export const requireRow = (writing: Writing, id: number): BuildRow => {
  const build = writing.builds.get(id)
  if (!build) throw new Error(`build ${id} is gone`)
  return build
}
