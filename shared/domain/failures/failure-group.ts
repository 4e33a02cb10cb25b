import * as z from 'zod'
import { InstallState } from '../install-state.ts'
import { AgentId, HostName } from '../names.ts'

/** A value that is not the same on all hosts of a group: `port 8080 (web-1.prod), 8081 (web-2.prod and 3 more)`. */
export const FailureDifference = z.strictObject({
  /** What the value follows where it stands, such as `port `; may be empty. */
  after: z.string(),
  /** The most frequent ones. */
  values: z.array(z.strictObject({ value: z.string(), hosts: z.int().positive(), such: HostName })),
  /** How many other values there are. */
  more: z.int().nonnegative(),
})
export type FailureDifference = z.infer<typeof FailureDifference>

/** Hosts of a deploy that failed at the same step for what seems to be the same cause. */
export const FailureGroup = z.strictObject({
  /** The state that they failed in, if known. */
  step: InstallState.optional(),
  /** In the words of the first of the hosts. */
  error: z.string(),
  /** The first line of the service's output, most telling first, that these hosts have and no other host has. */
  line: z.string().optional(),
  differences: z.array(FailureDifference),
  /** All of them, by name. */
  hosts: z.array(z.strictObject({ hostId: AgentId, hostName: HostName, state: InstallState })).min(1),
})
export type FailureGroup = z.infer<typeof FailureGroup>
