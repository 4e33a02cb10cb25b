import {
  buildTransitions,
  deployTransitions,
  type BuildState,
  type DeployState,
} from '../../../shared/domain/deploy-state.ts'
import { isEnd } from '../../../shared/domain/transitions.ts'
import type { CommitStatus } from '../../db/commit-statuses.ts'

/** As forges know it. */
export type ToldState = 'pending' | 'success' | 'failure' | 'cancelled'

export interface Told {
  readonly state: ToldState
  /** For people, in a few words: what there is no room for is behind the link. */
  readonly text: string
  /** Where to read on, below the tracker's own address. */
  readonly path: string
  /** Whether nothing more will follow. */
  readonly isLast: boolean
}

/** What is to be told now, from where the build or the deploy is: however much was missed, this is how it stands. */
export const toldOf = ({ buildId, buildState, deployId, deployState }: CommitStatus): Told | undefined => {
  if (deployId !== null && deployState !== null) {
    return {
      state: ofDeploy[deployState] ?? 'pending',
      text: `deploy ${deployId}: ${deployState}`,
      path: `/deploys/${deployId}`,
      isLast: isEnd(deployTransitions, deployState),
    }
  }
  if (buildId === null || buildState === null) return undefined
  return {
    state: ofBuild[buildState] ?? 'pending',
    text: `build ${buildId}: ${buildState}`,
    path: `/builds/${buildId}`,
    isLast: isEnd(buildTransitions, buildState),
  }
}

const ofBuild: Partial<Record<BuildState, ToldState>> = {
  built: 'success',
  failed: 'failure',
  cancelled: 'cancelled',
}

const ofDeploy: Partial<Record<DeployState, ToldState>> = {
  succeeded: 'success',
  partial: 'failure',
  'rolled-back': 'failure',
  failed: 'failure',
  cancelled: 'cancelled',
}
