import * as z from 'zod'
import { ArtifactRef } from '../domain/artifact.ts'
import { Timestamp } from '../domain/event.ts'
import { AgentId, ServiceName } from '../domain/names.ts'
import { HostConfig } from '../domain/settings.ts'
import { defineMessage } from './define.ts'

/** `stage`: fetch, verify and unpack, touching nothing that runs. `activate`: then also stop, switch, start and check. */
export const Phase = z.enum(['stage', 'activate'])
export type Phase = z.infer<typeof Phase>

/**
 * What one host should have of one service. Per host and service, `seq` only grows, also when an older version is wanted
 * again; a host refuses what is not newer than what it last accepted.
 */
export const Order = z.strictObject({
  v: z.literal(1),
  host: AgentId,
  service: ServiceName,
  seq: z.int().positive(),
  phase: Phase,
  deployId: z.int().positive(),
  artifact: ArtifactRef,
  /** The settings that it is to run with; absent when the service has none. */
  config: HostConfig.optional(),
  issuedAt: Timestamp,
  /** After this time the order is not accepted; one that was accepted before is carried through. */
  expiresAt: Timestamp,
})
export type Order = z.infer<typeof Order>

/** Room for the largest config, every character of which JSON escapes, and base64 on top of it. */
const maxPayload = 192 * 1024

/** The exact bytes that were signed (base64 of the order's JSON): verified first, parsed after. */
export const SignedOrder = z.strictObject({
  payload: z.base64().max(maxPayload),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  signature: z.base64().max(128),
})
export type SignedOrder = z.infer<typeof SignedOrder>

export const exampleSignedOrder: SignedOrder = {
  payload: 'eyJ2IjoxfQ==',
  keyId: '0011223344556677',
  signature: 'c2lnbmF0dXJl',
}

export const exampleArtifact = {
  digest: 'a'.repeat(64),
  version: 'v2',
  commit: 'b'.repeat(40),
  size: 10_400_000,
  unpackedSize: 32_000_000,
  entries: 1865,
}

export const orderMessage = defineMessage({
  name: 'order',
  summary: 'tracker -> one grabber: what this host should have of one service, signed',
  subject: 'at.v1.order.{host}',
  payload: SignedOrder,
  example: exampleSignedOrder,
})
