import type * as z from 'zod'
import type { Lock, LockPlace, takeLock as takeLockRoute } from '../../shared/api/locks.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Tables, Writing } from '../db/store.ts'
import { requireKnownPlace } from './known-place.ts'
import { describePlace, placeArguments } from '../../shared/domain/place.ts'
import { restrictionOfLock } from './restrictions.ts'

type TakeBody = z.output<typeof takeLockRoute.body>

/** Takes a lock, or renews it for the one who holds it. Throws `locked` when that is somebody else. */
export const takeLock = (writing: Writing, body: TakeBody, owner: string): Lock => {
  const { now, locks } = writing
  const { service, cluster, reason, for: forMs } = body
  requireKnownPlace(writing, body)
  const held = locks.get(body, now)
  if (held && held.owner !== owner) throw isHeld(held)
  locks.removeExpired(now)
  const lock = { service, cluster, owner, reason, takenAt: held?.takenAt ?? now, expiresAt: now + forMs }
  locks.put(lock)
  return lock
}

/** Takes the lock at a place away, whoever holds it. Throws `not-found` when there is none. */
export const releaseLock = (writing: Writing, place: LockPlace): Lock => {
  const { now, locks } = writing
  const held = locks.get(place, now)
  if (!held) throw isFree(writing, place)
  locks.removeExpired(now)
  locks.remove(place)
  return held
}

const isHeld = (lock: Lock): PersonError =>
  new PersonError('locked', restrictionOfLock(lock).text, {
    hint: `Ask ${lock.owner}, or take it away first: \`tracker unlock ${placeArguments(lock)}\`.`,
  })

const isFree = ({ locks, now }: Tables & { now: number }, place: LockPlace): PersonError => {
  const other = locks.list(now).find(({ service }) => service === place.service)
  return new PersonError('not-found', `${describePlace(place)} is not locked.`, {
    hint: other
      ? `But this is: \`tracker unlock ${placeArguments(other)}\`.`
      : '`tracker locks` lists what is.',
  })
}
