import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { Timestamp } from '../domain/event.ts'
import { Digest } from '../domain/names.ts'
import { processFile, type HostPaths } from './layout.ts'
import { ProcessIdentity } from './process.ts'

/** The process that was started last for a service, written right after it was. */
export const ProcessRecord = z.strictObject({
  v: z.literal(1),
  identity: ProcessIdentity,
  /** The release that it was started from. */
  digest: Digest,
  startedAt: Timestamp,
  /** How many bytes its log held before: what lies behind them is its own output. */
  logOffset: z.int().nonnegative(),
})
export type ProcessRecord = z.infer<typeof ProcessRecord>

/** The record, or undefined when there is none that can be read: then the process is found by its environment. */
export const readProcessRecord = (paths: HostPaths, service: string): ProcessRecord | undefined => {
  try {
    return ProcessRecord.parse(JSON.parse(readFileSync(processFile(paths, service), 'utf8')))
  } catch {
    return undefined
  }
}
