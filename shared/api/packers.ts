import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { AgentId, HostName, Labels } from '../domain/names.ts'
import { examinePackerCall } from '../messages/examine-packer.ts'
import { defineRoute } from './route.ts'

export const PackerView = z.strictObject({
  id: AgentId,
  name: HostName,
  /** `silent`: no heartbeat for too long, or none since the tracker started. */
  state: z.enum(['ready', 'busy', 'silent']),
  labels: Labels,
  /** How many builds it does at once; absent while it is silent. */
  capacity: z.int().positive().optional(),
  /** Those that it has. */
  builds: z.array(z.int().positive()),
  /** Absent when it was not heard of since the tracker started. */
  heardAt: Timestamp.optional(),
})
export type PackerView = z.infer<typeof PackerView>

export const listPackers = defineRoute({
  method: 'GET',
  path: '/api/v1/packers',
  summary: 'Packers, what they can build and what they are building',
  access: 'token',
  response: z.strictObject({ packers: z.array(PackerView) }),
})

/** What a packer says of its machine. */
const PackerMachine = examinePackerCall.reply.omit({ v: true, packer: true }).extend({ id: AgentId })
export type PackerMachine = z.infer<typeof PackerMachine>

export const examineMachines = defineRoute({
  method: 'GET',
  path: '/api/v1/packers/machines',
  summary:
    'Ask each packer what it has to build with, how much room, and whether it can store; takes seconds, and one that is silent is left out',
  access: 'token',
  response: z.strictObject({ machines: z.array(PackerMachine) }),
})
