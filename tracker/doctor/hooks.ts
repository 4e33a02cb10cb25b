import type { Finding } from '../../shared/domain/check.ts'
import { ok, warning } from '../../shared/doctor/examination.ts'
import { count, some } from '../../shared/wording.ts'
import type { Hook } from '../db/hooks.ts'

type Condition = Pick<Hook, 'name' | 'statusFailingSince' | 'statusError'>

/** A call that was refused is no concern of the doctor's: anybody who finds a URL can make one. `tracker hooks` shows it. */
export const examineHooks = (hooks: readonly Condition[]): Finding => {
  const failing = hooks.flatMap(({ name, statusFailingSince: since, statusError: error }) =>
    since === null ? [] : [`${name} since ${new Date(since).toISOString()} (${error ?? ''})`],
  )
  if (failing.length > 0) {
    return warning(
      `Forges do not hear how builds go, of ${some(failing)}.`,
      'Check the forge and its token; a new token takes a new hook: tracker hooks remove, tracker hooks add --status-token.',
    )
  }
  return ok(
    hooks.length === 0
      ? 'No forge has pushes built: tracker hooks add.'
      : `${count(hooks.length, 'hook')} ${hooks.length === 1 ? 'takes' : 'take'} pushes: ${some(hooks.map(({ name }) => name))}.`,
  )
}
