import type { BuildState } from '../../shared/domain/deploy-state.ts'
import { buildTransitions } from '../../shared/domain/deploy-state.ts'
import { assertTransition, isEnd } from '../../shared/domain/transitions.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Writing } from '../db/store.ts'

/** A packer has taken it. */
export const beginBuild = (writing: Writing, build: BuildRow, packer: string, attempt: number): void => {
  assertTransition(buildTransitions, build.state, 'building')
  writing.builds.begin(build.id, packer, attempt, writing.now)
  tell(writing, build, { state: 'building', packer: writing.agents.get(packer)?.name ?? packer })
}

/** For another packer to do. */
export const queueAgain = (writing: Writing, build: BuildRow, reason: string, lost: number): void => {
  assertTransition(buildTransitions, build.state, 'queued')
  writing.builds.putBack(build.id, lost)
  tell(writing, build, { state: 'queued', reason })
}

export const failBuild = (writing: Writing, build: BuildRow, error: string): void =>
  endWithout(writing, build, 'failed', error)

export const cancelBuild = (writing: Writing, build: BuildRow, error: string): void =>
  endWithout(writing, build, 'cancelled', error)

export const completeBuild = (writing: Writing, build: BuildRow, digest: string): void => {
  assertTransition(buildTransitions, build.state, 'built')
  writing.builds.end(build.id, { state: 'built', error: null, digest, now: writing.now })
  tell(writing, build, { state: 'built', digest })
}

export const hasEnded = ({ state }: Pick<BuildRow, 'state'>): boolean => isEnd(buildTransitions, state)

const endWithout = (
  writing: Writing,
  build: BuildRow,
  state: 'failed' | 'cancelled',
  error: string,
): void => {
  assertTransition(buildTransitions, build.state, state)
  writing.builds.end(build.id, { state, error, digest: null, now: writing.now })
  tell(writing, build, { state, error })
}

const tell = (
  writing: Writing,
  { id, service }: BuildRow,
  data: { state: BuildState; packer?: string; reason?: string; error?: string; digest?: string },
): void => void writing.emit({ kind: 'build.state', service, buildId: id, data })
