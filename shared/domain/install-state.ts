import * as z from 'zod'
import { isAhead, type TransitionTable } from './transitions.ts'

/**
 * Where one host is with one order of a deploy.
 *
 * ```
 * assigned -> accepted -> fetching -> verifying -> unpacking -> staged      (phase stage: nothing running is touched)
 * staged -> stopping -> switching -> starting -> checking -> committed      (phase activate)
 *           any failure from stopping on -> rolling-back -> rolled-back | failed
 * committed, skipped -> rolling-back         (its process died within the watch period that follows)
 * ```
 * `skipped`: it already runs this artifact. `unreachable`: the host does not answer; not a failure of the app, and
 * left again when the host comes back. `late`: it did not answer in a deploy that was good; it takes the release when it
 * is back, unless a later deploy wants something else of it by then.
 */
export const InstallState = z.enum([
  'assigned',
  'accepted',
  'fetching',
  'verifying',
  'unpacking',
  'staged',
  'stopping',
  'switching',
  'starting',
  'checking',
  'committed',
  'skipped',
  'rolling-back',
  'rolled-back',
  'failed',
  'unreachable',
  'late',
])
export type InstallState = z.infer<typeof InstallState>

export const installTransitions: TransitionTable<InstallState> = {
  assigned: ['accepted', 'skipped', 'failed', 'unreachable'],
  accepted: ['fetching', 'staged', 'stopping', 'skipped', 'failed', 'unreachable'],
  fetching: ['verifying', 'failed', 'unreachable'],
  verifying: ['unpacking', 'failed', 'unreachable'],
  unpacking: ['staged', 'failed', 'unreachable'],
  staged: ['stopping', 'skipped', 'failed', 'unreachable'],
  stopping: ['switching', 'rolling-back', 'failed', 'unreachable'],
  switching: ['starting', 'rolling-back', 'failed', 'unreachable'],
  starting: ['checking', 'rolling-back', 'failed', 'unreachable'],
  checking: ['committed', 'rolling-back', 'failed', 'unreachable'],
  'rolling-back': ['rolled-back', 'failed', 'unreachable'],
  unreachable: ['accepted', 'skipped', 'failed', 'late'],
  late: ['accepted', 'skipped', 'failed', 'unreachable'],
  committed: ['rolling-back'],
  skipped: ['rolling-back'],
  'rolled-back': [],
  failed: [],
}

const resting: ReadonlySet<InstallState> = new Set(['committed', 'skipped', 'rolled-back', 'failed'])

/** Whether the host is done with the order. Only the death of a release that is still watched brings more. */
export const isAtRest = (state: InstallState): boolean => resting.has(state)

/** Whether news that a host is at `to` can be newer than news that it is at `from`. */
export const isInstallAhead = (from: InstallState, to: InstallState): boolean =>
  isAhead(installTransitions, from, to, ['unreachable', 'late'])
