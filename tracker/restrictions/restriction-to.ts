import type { Restriction } from '../../shared/domain/restriction.ts'
import { placeArguments } from '../../shared/domain/place.ts'
import type { Obstacle } from './obstacle.ts'
import { restrictionsOn, type Beginning, type Restricting } from './restrictions.ts'

/** What may begin in spite of a freeze. */
interface Passing {
  /** Going back is what one does in an incident. */
  readonly rollbackOf: number | null
  readonly ignoreFreeze: boolean
}

const passesFreezes = ({ rollbackOf, ignoreFreeze }: Passing): boolean => rollbackOf !== null || ignoreFreeze

/** The lock or the freeze that keeps a deploy from beginning; of several the one that lasts longest, as waiting for another is no use. */
export const restrictionTo = (
  tables: Restricting,
  beginning: Beginning,
  passing: Passing,
): Obstacle | undefined => {
  const [held] = restrictionsOn(tables, beginning)
    .filter(({ kind }) => kind === 'lock' || !passesFreezes(passing))
    .sort((a, b) => b.until - a.until)
  return held && obstacleOf(held)
}

/** A sentence for each freeze that a deploy passes. */
export const passedFreezes = (tables: Restricting, beginning: Beginning, passing: Passing): string[] =>
  passesFreezes(passing)
    ? restrictionsOn(tables, beginning)
        .filter(({ kind }) => kind === 'freeze')
        .map(({ text }) => `Begun in spite of a freeze: ${text}`)
    : []

const obstacleOf = (restriction: Restriction): Obstacle =>
  restriction.kind === 'lock'
    ? { text: restriction.text, hint: lockHint(restriction) }
    : {
        text: restriction.text,
        field: 'ignoreFreeze',
        hint: 'Wait until then (with --queue it begins by itself), or begin all the same with --ignore-freeze and a --reason; a rollback may always begin.',
      }

const lockHint = (lock: Restriction): string =>
  `Wait until then (with --queue it begins by itself), or ask ${lock.owner}; \`tracker unlock ${placeArguments(lock)}\` takes the lock away.`
