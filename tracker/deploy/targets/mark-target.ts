import type { InstallState } from '../../../shared/domain/install-state.ts'
import type { Deploy } from '../../db/deploys.ts'
import type { Writing } from '../../db/store.ts'
import type { Target } from '../../db/targets.ts'

/** What the tracker says of a host by itself, as the host does not say it. */
export const markTarget = (
  writing: Writing,
  deploy: Deploy,
  target: Target,
  state: Extract<InstallState, 'unreachable' | 'late' | 'failed'>,
  error: string | null,
): void => {
  writing.targets.setState(target, state, error, writing.now)
  writing.emit({
    kind: 'install.state',
    service: deploy.service,
    deployId: deploy.id,
    hostId: target.hostId,
    data: { hostName: target.hostName, state, at: writing.now, ...(error === null ? {} : { error }) },
  })
}
