import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Addresses by which a listener answers on loopback, as /proc/net/tcp{,6} writes them. */
const reachable = /^(00000000|[0-9A-F]{6}7F|0{32}|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/
const listening = '0A'

/** The sockets (by inode) that listen on a port and can be reached on loopback. */
export const listenersOn = (port: number): string[] =>
  ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    linesOf(table).flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      const [address = '', hexPort = ''] = local.split(':')
      const matches = state === listening && Number.parseInt(hexPort, 16) === port && reachable.test(address)
      return matches ? [inode] : []
    }),
  )

/** Of these sockets, the ones that one of the processes holds. */
export const heldBy = (inodes: readonly string[], pids: readonly number[]): Set<string> => {
  const wanted = new Set(inodes)
  return new Set(pids.flatMap(socketsOf).filter((inode) => wanted.has(inode)))
}

/** Who holds the port besides `own` processes, for a person; undefined when nobody does. */
export const foreignHolder = (
  port: number,
  own: readonly number[],
  everyone: () => readonly number[],
): string | undefined => {
  const inodes = listenersOn(port)
  const ours = heldBy(inodes, own)
  const foreign = inodes.filter((inode) => !ours.has(inode))
  if (foreign.length === 0) return undefined
  const pid = everyone().find((candidate) => heldBy(foreign, [candidate]).size > 0)
  return pid === undefined ? 'a process that cannot be seen' : `process ${pid} (${commandOf(pid)})`
}

const linesOf = (table: string): string[] => {
  try {
    return readFileSync(table, 'latin1').split('\n').slice(1)
  } catch {
    return []
  }
}

const socketsOf = (pid: number): string[] => {
  try {
    const directory = `/proc/${pid}/fd`
    return readdirSync(directory).flatMap((fd) => socketOf(`${directory}/${fd}`))
  } catch {
    return []
  }
}

const socketOf = (link: string): string[] => {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1]
    return inode === undefined ? [] : [inode]
  } catch {
    return []
  }
}

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 200)
  } catch {
    return 'gone meanwhile'
  }
}
