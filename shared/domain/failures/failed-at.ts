import type { InstallState } from '../install-state.ts'

const troubled: ReadonlySet<InstallState> = new Set(['rolling-back', 'rolled-back', 'failed', 'unreachable'])

/** Whether a host in this state did not come through. */
export const didFail = (state: InstallState): boolean => troubled.has(state)

/** The step that a host which comes to `next` failed at: the state it was in before; null unless it failed. */
export const failedAtAfter = (
  before: { readonly state: InstallState; readonly failedAt?: InstallState | null | undefined },
  next: InstallState,
): InstallState | null => {
  if (!didFail(next)) return null
  return didFail(before.state) ? (before.failedAt ?? null) : before.state
}
