import * as z from 'zod'
import { DeployState } from './deploy-state.ts'
import { Timestamp } from './event.ts'
import { InstallState } from './install-state.ts'
import { ServiceName, Version } from './names.ts'

/** What people are told of a deploy: each of its ends, and that it waits for somebody. */
export const NotifiedOutcome = DeployState.extract([
  'succeeded',
  'partial',
  'rolled-back',
  'failed',
  'cancelled',
  'paused',
])
export type NotifiedOutcome = z.infer<typeof NotifiedOutcome>

/** `json`: a Notification as it is. `slack`: `{text}`, as Slack, Mattermost and others take it. */
export const NotificationFormat = z.enum(['json', 'slack'])
export type NotificationFormat = z.infer<typeof NotificationFormat>

export const DeployNotification = z.strictObject({
  v: z.literal(1),
  kind: z.literal('deploy'),
  deployId: z.int().positive(),
  service: ServiceName,
  version: Version,
  outcome: NotifiedOutcome,
  /** The whole of it in one or two sentences. */
  text: z.string(),
  /** Why it ended the way it did, or is paused. */
  why: z.string().optional(),
  /** How many hosts were in each state then. */
  counts: z.partialRecord(InstallState, z.int()),
  total: z.int(),
  /** Who asked for the deploy, and what for. */
  who: z.string(),
  reason: z.string().optional(),
  /** Who cancelled it. */
  by: z.string().optional(),
  retryOf: z.int().optional(),
  rollbackOf: z.int().optional(),
  /** Its page. */
  url: z.string(),
  at: Timestamp,
})
export type DeployNotification = z.infer<typeof DeployNotification>

/** What a webhook gets as its body. */
export const Notification = z.discriminatedUnion('kind', [
  DeployNotification,
  /** Somebody tries out whether it arrives. */
  z.strictObject({
    v: z.literal(1),
    kind: z.literal('test'),
    text: z.string(),
    who: z.string(),
    /** The tracker's page. */
    url: z.string(),
    at: Timestamp,
  }),
])
export type Notification = z.infer<typeof Notification>
