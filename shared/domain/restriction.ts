import * as z from 'zod'
import { Timestamp } from './event.ts'
import { ClusterName, ServiceName } from './names.ts'

/** What keeps deploys from beginning: of a service or of all, on hosts of one cluster or of all. */
export const Restriction = z.strictObject({
  kind: z.enum(['lock', 'freeze']),
  /** Of a freeze: its name. */
  name: z.string().optional(),
  service: ServiceName.optional(),
  cluster: ClusterName.optional(),
  /** Who locked it, or made the freeze. */
  owner: z.string(),
  reason: z.string(),
  until: Timestamp,
  /** All of it, in one sentence. */
  text: z.string(),
})
export type Restriction = z.infer<typeof Restriction>
