import { readFileSync } from 'node:fs'

/** In MB. */
export interface Memory {
  readonly resident: number
  /** Of which no file could give it back: heap, stacks, buffers. */
  readonly own: number
}

export const memoryOf = (pid: number): Memory => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024
  return { resident: field('VmRSS'), own: field('RssAnon') }
}

/** User and system time so far: fields 14 and 15 of /proc/PID/stat, in ticks of 10 ms. */
export const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
