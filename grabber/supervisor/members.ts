import { readdirSync, readFileSync } from 'node:fs'
import { bootId, readStat, type ProcessIdentity } from '../../shared/host/process.ts'

/** A variable that only certain processes of one service on this host have: what forked away is known by it. */
export interface EnvironmentMark {
  readonly name: string
  readonly value: string
}

/**
 * The living processes of a service: the session and group of its first process, and all that inherited the mark. A pid
 * that was given to somebody else since is neither. Zombies have ended.
 */
export const livingMembers = (first: ProcessIdentity | undefined, mark: EnvironmentMark): number[] => {
  const group = first && ownsGroup(first) ? first : undefined
  return allPids().filter((pid) => {
    const stat = livingStat(pid)
    if (!stat) return false
    // The first process is known a moment before it has made a session of its own.
    const together = group !== undefined && [pid, stat.group, stat.session].includes(group.pid)
    return (together && stat.startTicks >= group.startTicks) || hasMark(pid, mark)
  })
}

/** The living processes that have the mark. */
export const livingMarked = (mark: EnvironmentMark): number[] =>
  allPids().filter((pid) => livingStat(pid) && hasMark(pid, mark))

/** Whether the number is still that of our group: nobody else has become the process of that pid. */
export const ownsGroup = (first: ProcessIdentity): boolean => {
  const leader = readStat(first.pid)
  const replaced = leader !== undefined && leader.startTicks !== first.startTicks
  return first.bootId === bootId() && !replaced
}

export const allPids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

/** A zombie has ended. The grabber itself is never meant. */
export const livingStat = (pid: number): ReturnType<typeof readStat> => {
  const stat = readStat(pid)
  return stat?.state === 'Z' || stat?.state === 'X' || pid === process.pid ? undefined : stat
}

export const hasMark = (pid: number, { name, value }: EnvironmentMark): boolean => {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(`\0${name}=${value}\0`)
  } catch {
    return false
  }
}
