import type { IncomingHttpHeaders } from 'node:http'
import type { Reading } from '../push.ts'

/** A call as it came. */
export interface HookCall {
  readonly headers: IncomingHttpHeaders
  /** As it was signed: not parsed and written again. */
  readonly body: Buffer
}

/** What differs between those who call. */
export interface Source {
  /** Throws `unauthenticated` unless the call was made by somebody who has the secret. */
  verify(call: HookCall, secret: string, now: number): void
  /** What is said; of a payload of another shape a ZodError is thrown. */
  read(headers: IncomingHttpHeaders, payload: unknown): Reading
  /** By which the sender knows this delivery, also when it sends it again; undefined when it has no name for it. */
  keyOf(call: HookCall, reading: Reading): string | undefined
}

/** A header, where it is there once. */
export const header = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
