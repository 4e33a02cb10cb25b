import type { Finding } from '../../shared/domain/check.ts'
import { fault, ok, warning } from '../../shared/doctor/examination.ts'
import { count } from '../../shared/wording.ts'
import type { UpkeepRow } from '../db/upkeep.ts'

/** That the artifact store does not grow for ever, and that nothing is missing there. */
export const examineUpkeep = (upkeep: UpkeepRow | undefined): Finding => {
  const { failingSince = null, error = null, found = null } = upkeep ?? {}
  if (failingSince !== null) {
    return warning(
      `The upkeep of the artifact store fails since ${new Date(failingSince).toISOString()}: ${error ?? ''}`,
      'It is tried again within the hour; at once by: tracker artifacts prune',
    )
  }
  if (found === null) return ok('The first upkeep of the artifact store is still to come.')
  const { missing } = found
  if (missing.count > 0) {
    const names = missing.some.join(', ')
    const others = missing.count - missing.some.length
    return fault(
      `${count(missing.count, 'artifact')} that ${missing.count === 1 ? 'is' : 'are'} to be kept ${missing.count === 1 ? 'is' : 'are'} not in the store: ${names}${others > 0 ? ` and ${others} more` : ''}.`,
      'Bring back what was removed there, or make it again: tracker build SERVICE@VERSION --rebuild',
    )
  }
  return ok(
    `The store was gone through at ${new Date(found.at).toISOString()}; all that is to be kept is there.`,
  )
}
