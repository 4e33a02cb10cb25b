import * as z from 'zod'
import { Check } from '../domain/check.ts'
import { Timestamp } from '../domain/event.ts'
import { defineRoute } from './route.ts'

export const examine = defineRoute({
  method: 'GET',
  path: '/api/v1/doctor',
  summary: 'Look at everything that the tracker needs, from its database to the hosts’ clocks',
  access: 'token',
  response: z.strictObject({
    /** Of the tracker itself. */
    version: z.string(),
    /** By the tracker's clock, when it began to answer. */
    at: Timestamp,
    checks: z.array(Check),
  }),
})
