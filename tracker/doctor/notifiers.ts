import type { Finding } from '../../shared/domain/check.ts'
import { ok, warning } from '../../shared/doctor/examination.ts'
import { some } from '../../shared/wording.ts'
import type { Notifier } from '../db/notifiers.ts'

type Condition = Pick<Notifier, 'name' | 'failingSince' | 'error'>

export const examineNotifiers = (notifiers: readonly Condition[]): Finding => {
  const failing = notifiers.flatMap(({ name, failingSince, error }) =>
    failingSince === null ? [] : [{ name, since: new Date(failingSince).toISOString(), error: error ?? '' }],
  )
  const [first] = failing
  if (first) {
    const reasons = failing.map(({ name, since, error }) => `${name} since ${since} (${error})`)
    return warning(
      `Notifications do not arrive at ${some(reasons)}.`,
      `Once that is mended: tracker notify test ${first.name}`,
    )
  }
  return ok(
    notifiers.length === 0
      ? 'Nobody is told how deploys end: tracker notify add.'
      : `Notifications arrive at ${some(notifiers.map(({ name }) => name))}.`,
  )
}
