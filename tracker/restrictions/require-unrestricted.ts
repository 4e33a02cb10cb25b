import type { Restriction } from '../../shared/domain/restriction.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Tables } from '../db/store.ts'
import { placeArguments } from '../../shared/domain/place.ts'
import { restrictionsOn, type Beginning } from './restrictions.ts'

/** What may begin in spite of a freeze. */
export interface Passing {
  /** Going back is what one does in an incident. */
  readonly rollbackOf?: number
  readonly ignoreFreeze: boolean
}

/** Throws `locked` when a lock or a freeze keeps a deploy from beginning; returns a sentence for each freeze that it passes. */
export const requireUnrestricted = (
  tables: Tables,
  beginning: Beginning,
  { rollbackOf, ignoreFreeze }: Passing,
): string[] => {
  const found = restrictionsOn(tables, beginning)
  const passes = rollbackOf !== undefined || ignoreFreeze
  // What lasts longest is told of: until then, waiting is no use.
  const [held] = found.filter(({ kind }) => kind === 'lock' || !passes).sort((a, b) => b.until - a.until)
  if (held) throw refusalOf(held)
  return found.map(({ text }) => `Begun in spite of a freeze: ${text}`)
}

const refusalOf = (restriction: Restriction): PersonError =>
  restriction.kind === 'lock'
    ? new PersonError('locked', restriction.text, { hint: lockHint(restriction) })
    : new PersonError('locked', restriction.text, {
        field: 'ignoreFreeze',
        hint: 'Wait until then, or begin all the same with --ignore-freeze and a --reason; a rollback may always begin.',
      })

const lockHint = (lock: Restriction): string =>
  `Wait until then, or ask ${lock.owner}; \`tracker unlock ${placeArguments(lock)}\` takes the lock away.`
