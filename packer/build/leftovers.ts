import { readdirSync, readFileSync } from 'node:fs'

/**
 * Ends every process whose HOME is in `directory`: builds alone have that, so it also finds those that left their
 * process group. Repeated until none is found, as a process may have forked in between.
 */
export const endLeftovers = (directory: string): void => {
  for (let round = 0; round < 10; round++) {
    const pids = processesAtHome(directory)
    if (pids.length === 0) return
    for (const pid of pids) endProcess(pid)
  }
}

const processesAtHome = (directory: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      environmentOf(pid)
        .split('\0')
        .some((variable) => variable.startsWith(`HOME=${directory}/`)),
    )
    .map(Number)

const environmentOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return '' // It has ended, or is somebody else's.
  }
}

const endProcess = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
