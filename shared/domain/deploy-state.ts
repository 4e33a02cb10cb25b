import * as z from 'zod'
import type { TransitionTable } from './transitions.ts'

/**
 * Where a deploy is.
 *
 * ```
 * queued -> planned -> building -> staging -> rolling -> succeeded | partial | rolled-back | failed
 *                                              rolling -> rolling-back -> rolled-back | partial | failed
 *                                              paused from anywhere before, and back to where it was or to rolling-back
 *                                              cancelled from anywhere before an end
 * ```
 * `queued`: waits for its time, or for what is in its way; it holds nothing. `partial`: some hosts have the version, some
 * do not. `rolled-back`: each host that was changed is back on the release it had before. `failed`: no host was brought to
 * the version, for any other reason.
 */
export const DeployState = z.enum([
  'queued',
  'planned',
  'building',
  'staging',
  'rolling',
  'paused',
  'rolling-back',
  'succeeded',
  'partial',
  'rolled-back',
  'failed',
  'cancelled',
])
export type DeployState = z.infer<typeof DeployState>

export const deployTransitions: TransitionTable<DeployState> = {
  queued: ['planned', 'failed', 'cancelled'],
  planned: ['building', 'staging', 'paused', 'failed', 'cancelled'],
  building: ['staging', 'paused', 'failed', 'cancelled'],
  staging: ['rolling', 'paused', 'succeeded', 'partial', 'failed', 'cancelled'],
  rolling: ['paused', 'rolling-back', 'succeeded', 'partial', 'rolled-back', 'failed', 'cancelled'],
  paused: ['planned', 'building', 'staging', 'rolling', 'rolling-back', 'cancelled'],
  'rolling-back': ['rolled-back', 'partial', 'failed', 'cancelled'],
  succeeded: [],
  partial: [],
  'rolled-back': [],
  failed: [],
  cancelled: [],
}

/** What a person may ask of a deploy that has not ended. */
export const DeployControl = z.enum(['pause', 'resume', 'promote', 'cancel', 'rollback'])
export type DeployControl = z.infer<typeof DeployControl>

/** In which states a control does something, and in which what it asks for is so already. Everywhere else it is refused. */
export const deployControls: Readonly<
  Record<DeployControl, { readonly acts: readonly DeployState[]; readonly isSo: readonly DeployState[] }>
> = {
  pause: { acts: ['planned', 'building', 'staging', 'rolling'], isSo: ['paused'] },
  resume: { acts: ['paused'], isSo: ['planned', 'building', 'staging', 'rolling'] },
  /** Goes on past the canaries, or past the bake of a batch. */
  promote: { acts: ['paused', 'rolling'], isSo: [] },
  cancel: {
    acts: ['queued', 'planned', 'building', 'staging', 'rolling', 'paused', 'rolling-back'],
    isSo: ['cancelled'],
  },
  /** Of a running deploy: no further host gets the release, and those that have it go back. */
  rollback: {
    acts: ['queued', 'planned', 'building', 'staging', 'rolling', 'paused'],
    isSo: ['rolling-back', 'rolled-back'],
  },
}

/** Where a build is. A `building` one whose packer falls silent, or would build it otherwise, is `queued` again, for another. */
export const BuildState = z.enum(['queued', 'building', 'built', 'failed', 'cancelled'])
export type BuildState = z.infer<typeof BuildState>

export const buildTransitions: TransitionTable<BuildState> = {
  queued: ['building', 'built', 'failed', 'cancelled'],
  building: ['queued', 'built', 'failed', 'cancelled'],
  built: [],
  failed: [],
  cancelled: [],
}
