import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { ClusterName, ServiceName } from '../domain/names.ts'
import { Duration } from '../domain/units.ts'
import { RequiredReason } from './common.ts'
import { defineRoute } from './route.ts'

const longestMs = 30 * 24 * 3_600_000

/** What is locked: the service on all hosts, or only on those of a cluster. */
const LockPlace = z.strictObject({ service: ServiceName, cluster: ClusterName.optional() })
export type LockPlace = z.infer<typeof LockPlace>

export const Lock = LockPlace.extend({
  /** The name of the token that took it. */
  owner: z.string(),
  reason: z.string(),
  takenAt: Timestamp,
  /** From then on it holds nothing. */
  expiresAt: Timestamp,
})
export type Lock = z.infer<typeof Lock>

export const listLocks = defineRoute({
  method: 'GET',
  path: '/api/v1/locks',
  summary: 'Locks that hold now, by service',
  access: 'token',
  response: z.strictObject({ locks: z.array(Lock) }),
})

export const takeLock = defineRoute({
  method: 'POST',
  action: 'lock.take',
  path: '/api/v1/locks',
  summary:
    'Let nobody begin a deploy, retry or rollback of a service; its owner renews a lock by taking it again',
  access: 'token',
  body: LockPlace.extend({
    reason: RequiredReason,
    /** How long it holds unless it is released: `45m`, `2h`, `3d`. */
    for: Duration.refine((ms) => ms > 0 && ms <= longestMs, 'a lock holds for up to 30 days').prefault('1h'),
  }),
  response: Lock,
  successStatus: 201,
})

export const releaseLock = defineRoute({
  method: 'POST',
  action: 'lock.release',
  path: '/api/v1/locks/release',
  summary: 'Take a lock away, one’s own or another’s; answers which it was',
  access: 'token',
  body: LockPlace.extend({ reason: z.string().max(500).optional() }),
  response: Lock,
})
