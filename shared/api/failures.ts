import * as z from 'zod'
import { FailureGroup } from '../domain/failures/failure-group.ts'
import { IdParams } from './common.ts'
import { defineRoute } from './route.ts'

export const listFailures = defineRoute({
  method: 'GET',
  path: '/api/v1/deploys/:id/failures',
  summary: 'The hosts of a deploy that did not come through, by cause; the biggest group first',
  access: 'token',
  params: IdParams,
  response: z.strictObject({ failures: z.array(FailureGroup) }),
})
