import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { Digest } from '../domain/names.ts'
import { ConfigId } from '../domain/settings.ts'
import { Timestamp } from '../domain/event.ts'
import { processFile, runFile, type HostPaths } from './layout.ts'
import { isAlive, ProcessIdentity } from './process.ts'

/** What was started last for a service, written durably right after it was; a stop removes it. */
export const ProcessRecord = z.strictObject({
  v: z.literal(1),
  /** Its process: the first one, or the one that the supervisor started in its place since. */
  identity: ProcessIdentity,
  /** The release that it was started from. */
  digest: Digest,
  /** The settings that it was started with. */
  config: ConfigId.optional(),
  startedAt: Timestamp,
  /** How many bytes its log held before: what lies behind them is its own output. */
  logOffset: z.int().nonnegative(),
})
export type ProcessRecord = z.infer<typeof ProcessRecord>

/** How a process of a service ended. With neither code nor signal nobody saw it. */
export const ProcessEnd = z.strictObject({
  pid: z.int().positive(),
  code: z.int().nonnegative().optional(),
  /** Its name without SIG: KILL. */
  signal: z.string().max(16).optional(),
  at: Timestamp,
})
export type ProcessEnd = z.infer<typeof ProcessEnd>

/** Written by whoever keeps the service running, whenever its process starts or ends: while the grabber is away, too. */
export const RunState = z.strictObject({
  v: z.literal(1),
  identity: ProcessIdentity,
  /** The shim that watches it; systemd needs none. */
  shim: ProcessIdentity.optional(),
  /** How often it was started again since the release was. */
  restarts: z.int().nonnegative(),
  lastEnd: ProcessEnd.optional(),
})
export type RunState = z.infer<typeof RunState>

export interface ServiceStatus {
  /** The process that runs now; absent while none does. */
  readonly identity?: ProcessIdentity
  /** The release that was started; absent once it was stopped. */
  readonly digest?: Digest
  /** How often its process ended and was started again since the release was started, also while the grabber was down. */
  readonly restarts: number
  /** How its process ended the last time, if it ever did since the release was started. */
  readonly lastEnd?: ProcessEnd
}

/** The record, or undefined when there is none that can be read: then the process is found by its environment. */
export const readProcessRecord = (paths: HostPaths, service: string): ProcessRecord | undefined => {
  const record = read(ProcessRecord, processFile(paths, service))
  return record && { ...record, identity: readRunState(paths, service)?.identity ?? record.identity }
}

export const readRunState = (paths: HostPaths, service: string): RunState | undefined =>
  read(RunState, runFile(paths, service))

/** How a service is, from disk and /proc alone. */
export const readServiceStatus = (paths: HostPaths, service: string): ServiceStatus => {
  const record = readProcessRecord(paths, service)
  if (!record) return { restarts: 0 }
  const run = readRunState(paths, service)
  return {
    ...(isAlive(record.identity) ? { identity: record.identity } : {}),
    digest: record.digest,
    restarts: run?.restarts ?? 0,
    ...(run?.lastEnd ? { lastEnd: run.lastEnd } : {}),
  }
}

const read = <T>(schema: z.ZodType<T>, path: string): T | undefined => {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}
