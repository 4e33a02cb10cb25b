import * as z from 'zod'
import type { TransitionTable } from './transitions.ts'

/**
 * Where a deploy is.
 *
 * ```
 * planned -> building -> staging -> rolling -> succeeded | partial | rolled-back | failed
 *                                              cancelled from anywhere before an end
 * ```
 * `partial`: some hosts have the version, some do not. `rolled-back`: no host has it, each that tried is back on its
 * last good release. `failed`: no host has it, for any other reason.
 */
export const DeployState = z.enum([
  'planned',
  'building',
  'staging',
  'rolling',
  'succeeded',
  'partial',
  'rolled-back',
  'failed',
  'cancelled',
])
export type DeployState = z.infer<typeof DeployState>

export const deployTransitions: TransitionTable<DeployState> = {
  planned: ['building', 'staging', 'failed', 'cancelled'],
  building: ['staging', 'failed', 'cancelled'],
  staging: ['rolling', 'succeeded', 'partial', 'failed', 'cancelled'],
  rolling: ['succeeded', 'partial', 'rolled-back', 'failed', 'cancelled'],
  succeeded: [],
  partial: [],
  'rolled-back': [],
  failed: [],
  cancelled: [],
}

/** Where a build is. A `queued` or `building` one whose packer falls silent is asked for again, of any packer. */
export const BuildState = z.enum(['queued', 'building', 'built', 'failed'])
export type BuildState = z.infer<typeof BuildState>

export const buildTransitions: TransitionTable<BuildState> = {
  queued: ['building', 'built', 'failed'],
  building: ['queued', 'built', 'failed'],
  built: [],
  failed: [],
}
