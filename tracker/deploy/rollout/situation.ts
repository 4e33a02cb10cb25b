import type { DeployState } from '../../../shared/domain/deploy-state.ts'
import type { BuildRow } from '../../db/builds.ts'
import type { Deploy } from '../../db/deploys.ts'
import type { Target, TargetPhase } from '../../db/targets.ts'

/** What the engine does next for a deploy. */
export type Decision =
  | { readonly kind: 'begin' }
  | { readonly kind: 'order'; readonly phase: TargetPhase; readonly targets: readonly Target[] }
  | { readonly kind: 'remind'; readonly clusters: readonly string[] }
  | {
      readonly kind: 'give-up'
      readonly target: Target
      readonly state: 'unreachable' | 'failed'
      readonly error: string
    }
  | { readonly kind: 'move'; readonly state: DeployState; readonly error: string | null }

export interface Situation {
  readonly deploy: Deploy
  readonly targets: readonly Target[]
  /** The build the deploy waits for, if it does. */
  readonly build: BuildRow | undefined
  readonly isSilent: (hostId: string) => boolean
  readonly now: number
}
