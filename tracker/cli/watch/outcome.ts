import type { DeployState } from '../../../shared/domain/deploy-state.ts'

/** How watching ended: as the deploy did, or before it. */
export type Outcome = DeployState | 'still-running' | 'detached'

/** Exit codes by outcome (DESIGN, "Command line"). */
export const exitCodeOfOutcome: Record<Outcome, number> = {
  succeeded: 0,
  failed: 3,
  partial: 5,
  'rolled-back': 6,
  'still-running': 8,
  queued: 8,
  planned: 8,
  building: 8,
  staging: 8,
  rolling: 8,
  paused: 8,
  'rolling-back': 8,
  cancelled: 9,
  detached: 130,
}
