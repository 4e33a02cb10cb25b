import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { ClusterName, ServiceName } from '../domain/names.ts'
import { TimeZone, Weekly } from '../domain/weekly.ts'
import { RequiredReason } from './common.ts'
import { defineRoute } from './route.ts'

export const FreezeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a freeze is named by 1 to 63 lower-case letters, digits and dashes')

const FreezeWindow = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('weekly'), weekly: Weekly, zone: TimeZone }),
  z
    .strictObject({ kind: z.literal('dated'), from: Timestamp, until: Timestamp })
    .refine(({ from, until }) => from < until, { message: 'it ends before it begins', path: ['until'] }),
])
export type FreezeWindow = z.infer<typeof FreezeWindow>

/** A time in which no deploy or retry begins: of a service or of all, on hosts of a cluster or of all. */
const NewFreeze = z.strictObject({
  name: FreezeName,
  window: FreezeWindow,
  service: ServiceName.optional(),
  cluster: ClusterName.optional(),
  reason: RequiredReason,
})
export type NewFreeze = z.infer<typeof NewFreeze>

export const Freeze = NewFreeze.extend({
  createdBy: z.string(),
  createdAt: Timestamp,
  /** While it holds: until when. */
  holdsUntil: Timestamp.optional(),
})
export type Freeze = z.infer<typeof Freeze>

export const listFreezes = defineRoute({
  method: 'GET',
  path: '/api/v1/freezes',
  summary: 'Freezes that hold now or will, by name',
  access: 'token',
  response: z.strictObject({ freezes: z.array(Freeze) }),
})

export const addFreeze = defineRoute({
  method: 'POST',
  action: 'freeze.add',
  path: '/api/v1/freezes',
  summary: 'Let no deploy or retry begin in a window of time, weekly or dated; rollbacks may',
  access: 'token',
  body: NewFreeze,
  response: Freeze,
  successStatus: 201,
})

export const removeFreeze = defineRoute({
  method: 'DELETE',
  action: 'freeze.remove',
  path: '/api/v1/freezes/:name',
  summary: 'Remove a freeze; answers which it was',
  access: 'token',
  params: z.strictObject({ name: FreezeName }),
  response: Freeze,
})
