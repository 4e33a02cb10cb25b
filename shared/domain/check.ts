import * as z from 'zod'

/** What a doctor found out about one link of the chain. */
export const Check = z.strictObject({
  /** The part of the system that it is about. */
  part: z.enum(['here', 'tracker', 'nats', 'artifacts', 'packers', 'hosts']),
  name: z.string(),
  status: z.enum(['ok', 'warning', 'error']),
  /** One sentence. */
  message: z.string(),
  /** What to do next. */
  hint: z.string().optional(),
})
export type Check = z.infer<typeof Check>
export type CheckStatus = Check['status']

/** What was found, before it is said where. */
export type Finding = Pick<Check, 'status' | 'message' | 'hint'>
