import type { Freeze, NewFreeze } from '../../shared/api/freezes.ts'
import { PersonError } from '../../shared/errors.ts'
import type { StoredFreeze } from '../db/freezes.ts'
import type { Tables, Writing } from '../db/store.ts'
import { requireKnownPlace } from './known-place.ts'
import { heldUntil } from './windows.ts'

/** Those that hold or will. */
export const listFreezes = ({ freezes }: Pick<Tables, 'freezes'>, now: number): Freeze[] =>
  freezes
    .list()
    .filter((freeze) => !hasEnded(freeze, now))
    .map((freeze) => freezeViewOf(freeze, now))

/** Throws `conflict` when there is one of this name, `invalid` when it would be over already. */
export const addFreeze = (writing: Writing, freeze: NewFreeze, createdBy: string): Freeze => {
  const { now, freezes } = writing
  requireKnownPlace(writing, freeze)
  freezes.removeEnded(now)
  if (freezes.get(freeze.name)) throw nameIsTaken(freeze.name)
  if (hasEnded(freeze, now)) throw isOver(freeze.name)
  const stored = { ...freeze, createdBy, createdAt: now }
  freezes.insert(stored)
  return freezeViewOf(stored, now)
}

/** Throws `not-found` when there is none of this name. */
export const removeFreeze = ({ freezes, now }: Writing, name: string): Freeze => {
  freezes.removeEnded(now)
  const freeze = freezes.get(name)
  if (!freeze) throw isUnknown(name)
  freezes.remove(name)
  return freezeViewOf(freeze, now)
}

const freezeViewOf = (freeze: StoredFreeze, now: number): Freeze => {
  const until = heldUntil(freeze.window, now)
  return { ...freeze, ...(until === undefined ? {} : { holdsUntil: until }) }
}

const hasEnded = ({ window }: NewFreeze, now: number): boolean =>
  window.kind === 'dated' && window.until <= now

const nameIsTaken = (name: string): PersonError =>
  new PersonError('conflict', `There is a freeze ${name} already.`, {
    field: 'name',
    hint: `Give another name, or remove that one first: \`tracker freeze remove ${name}\`.`,
  })

const isOver = (name: string): PersonError =>
  new PersonError('invalid', `The freeze ${name} would be over already.`, {
    field: 'window.until',
    hint: 'Give an end that is still to come.',
  })

const isUnknown = (name: string): PersonError =>
  new PersonError('not-found', `There is no freeze ${name}.`, {
    hint: '`tracker freeze list` lists those that there are.',
  })
