import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { AgentId, ClusterName, HostName, Labels } from '../domain/names.ts'
import { defineRoute } from './route.ts'

export const createEnrolment = defineRoute({
  method: 'POST',
  action: 'enrolment.create',
  path: '/api/v1/enrolments',
  summary: 'Make a token with which one host or packer can join, once, within fifteen minutes',
  access: 'token',
  body: z.strictObject({
    kind: z.enum(['host', 'packer']),
    name: HostName,
    /** Needed for a host. */
    cluster: ClusterName.optional(),
    labels: Labels.default({}),
  }),
  response: z.strictObject({ token: z.string(), expiresAt: Timestamp }),
  successStatus: 201,
})

/** What an agent gets for its enrolment token: all it needs to know of its tracker. */
export const AgentIdentity = z.strictObject({
  id: AgentId,
  name: HostName,
  /** For a host: its cluster. */
  cluster: ClusterName.optional(),
  natsUrl: z.string(),
  /** The key that orders are signed with: base64 of its SPKI encoding. */
  orderKey: z.string(),
  /** For a packer: the artifact store, without credentials. */
  store: z.string().optional(),
  /** For a packer: what it was enrolled with. */
  labels: Labels.optional(),
})
export type AgentIdentity = z.infer<typeof AgentIdentity>

export const enrol = defineRoute({
  method: 'POST',
  action: 'enrolment.redeem',
  path: '/api/v1/enrol',
  summary: 'Join: an agent gives its enrolment token and the public part of the nkey it made for itself',
  access: 'none',
  body: z.strictObject({
    token: z.string().min(1).max(200),
    nkey: z.string().regex(/^U[A-Z2-7]{55}$/, 'an nkey is U and 55 letters and digits'),
  }),
  response: AgentIdentity,
  successStatus: 201,
})
