import { readFileSync } from 'node:fs'
import * as z from 'zod'

/**
 * Names one process for good. A pid alone is reused; with the boot and the start time (field 22 of /proc/PID/stat, in
 * clock ticks since boot) it is not. Whoever does not match is never signalled.
 */
export const ProcessIdentity = z.strictObject({
  bootId: z.string(),
  pid: z.int().positive(),
  startTicks: z.int().nonnegative(),
})
export type ProcessIdentity = z.infer<typeof ProcessIdentity>

interface ProcessStat {
  readonly state: string
  readonly parent: number
  readonly group: number
  readonly session: number
  readonly startTicks: number
}

/** /proc/PID/stat, or undefined when there is no such process. The name may hold `) R 1`, so fields count from the last `)`. */
export const readStat = (pid: number): ProcessStat | undefined => {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
  }
}

export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

/** The identity of a process that exists now, or undefined. */
export const identify = (pid: number): ProcessIdentity | undefined => {
  const stat = readStat(pid)
  return stat && isRunning(stat) ? { bootId: bootId(), pid, startTicks: stat.startTicks } : undefined
}

/** Whether exactly that process still runs. A zombie has ended: it only waits to be reaped. */
export const isAlive = (identity: ProcessIdentity): boolean => {
  const stat = readStat(identity.pid)
  return (
    stat !== undefined &&
    isRunning(stat) &&
    stat.startTicks === identity.startTicks &&
    identity.bootId === bootId()
  )
}

const isRunning = (stat: ProcessStat): boolean => stat.state !== 'Z' && stat.state !== 'X'
