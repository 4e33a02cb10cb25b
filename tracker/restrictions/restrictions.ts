import type { Lock } from '../../shared/api/locks.ts'
import type { Restriction } from '../../shared/domain/restriction.ts'
import type { StoredFreeze } from '../db/freezes.ts'
import type { Tables } from '../db/store.ts'
import { describePlace } from '../../shared/domain/place.ts'
import { heldUntil } from './windows.ts'

export type Restricting = Pick<Tables, 'locks' | 'freezes'>

/** What is to begin: which service, and on hosts of which clusters. */
export interface Beginning {
  readonly service: string
  readonly clusters: Iterable<string>
  /** When: now, or the moment for which it is scheduled. */
  readonly now: number
}

/** All that keeps deploys of a service from beginning on hosts of some clusters: locks first, then freezes. */
export const restrictionsOn = (tables: Restricting, { service, clusters, now }: Beginning): Restriction[] => {
  const places = new Set(clusters)
  return restrictionsAt(tables, now).filter(
    (restriction) =>
      (restriction.service === undefined || restriction.service === service) &&
      (restriction.cluster === undefined || places.has(restriction.cluster)),
  )
}

/** All that keeps any deploy from beginning. */
export const restrictionsAt = ({ locks, freezes }: Restricting, now: number): Restriction[] => [
  ...locks.list(now).map(restrictionOfLock),
  ...freezes.list().flatMap((freeze) => {
    const until = heldUntil(freeze.window, now)
    return until === undefined ? [] : [restrictionOfFreeze(freeze, until)]
  }),
]

export const restrictionOfLock = (lock: Lock): Restriction => {
  const { takenAt: _, expiresAt: until, ...more } = lock
  const text = `${describePlace(lock)} is locked by ${lock.owner} ${sayUntil(until)}: ${clause(lock.reason)}.`
  return { kind: 'lock', ...more, until, text }
}

const restrictionOfFreeze = (freeze: StoredFreeze, until: number): Restriction => {
  const { window: _, createdAt: __, createdBy: owner, ...more } = freeze
  const text = `${describePlace(freeze)} is frozen ${sayUntil(until)} by ${freeze.name}, a freeze of ${owner}: ${clause(freeze.reason)}.`
  return { kind: 'freeze', ...more, owner, until, text }
}

const sayUntil = (until: number): string => `until ${new Date(until).toISOString().replace(/\.\d+Z$/, 'Z')}`

/** A sentence as the end of another. */
const clause = (reason: string): string => reason.replace(/\.$/, '')
