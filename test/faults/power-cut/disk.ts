import { createHash } from 'node:crypto'
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** Names one inode: its number alone may be given to another file later. */
type Inode = string

type Content =
  | { readonly kind: 'file'; readonly data: Buffer; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'directory'; readonly entries: ReadonlyMap<string, Inode>; readonly mode: number }

/** What some directories hold, as of one moment. */
export interface Disk {
  readonly tops: ReadonlyMap<string, Inode>
  readonly inodes: ReadonlyMap<Inode, Content>
}

/** What the programs see, and what would be left of it if the power went now. */
export interface Moment {
  /** What had just been done, or was about to be. */
  readonly label: string
  readonly seen: Disk
  readonly durable: Disk
}

/** The content of a name, as it may be after a power cut. */
interface Choice {
  /** For a directory: whether an entry is as it was last seen, not as it was last synced. */
  readonly keepsName: () => boolean
  /** For a file: the same of its data. */
  readonly keepsData: () => boolean
}

/** What a power cut may do to all that was not synced. */
export type Loss = 'nothing' | 'names' | 'data' | 'everything'

export const choiceOf: Readonly<Record<Loss, Choice>> = {
  nothing: { keepsName: () => true, keepsData: () => true },
  names: { keepsName: () => false, keepsData: () => true },
  data: { keepsName: () => true, keepsData: () => false },
  everything: { keepsName: () => false, keepsData: () => false },
}

export const inodeOf = (path: string): Inode => {
  const { ino, birthtimeNs } = lstatSync(path, { bigint: true })
  return `${ino}:${birthtimeNs}`
}

export const readDisk = (tops: readonly string[]): Disk => {
  const inodes = new Map<Inode, Content>()
  const add = (path: string): Inode => {
    const inode = inodeOf(path)
    inodes.set(inode, contentOf(path, add))
    return inode
  }
  return { tops: new Map(tops.map((top) => [top, add(top)])), inodes }
}

export const contentOf = (path: string, add: (path: string) => Inode = inodeOf): Content => {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return { kind: 'link', target: readlinkSync(path) }
  if (!stat.isDirectory()) return { kind: 'file', data: readFileSync(path), mode: stat.mode }
  const entries = new Map(readdirSync(path).map((name) => [name, add(join(path, name))]))
  return { kind: 'directory', entries, mode: stat.mode }
}

/** What there is of something whose name was synced, but which itself never was. */
export const hollow = (content: Content): Content => {
  if (content.kind === 'file') return { ...content, data: Buffer.alloc(0) }
  return content.kind === 'directory' ? { ...content, entries: new Map() } : content
}

/** Which of two moments are the same, as one number. */
export const fingerprint = ({ tops, inodes }: Disk): string => {
  const hash = createHash('sha256')
  const add = (inode: Inode, path: string): void => {
    const content = inodes.get(inode)
    hash.update(`${path} ${content?.kind ?? 'lost'} `)
    if (content?.kind === 'file') hash.update(`${content.data.length} `).update(content.data)
    if (content?.kind === 'link') hash.update(content.target)
    if (content?.kind === 'directory')
      for (const name of [...content.entries.keys()].sort())
        add(content.entries.get(name) ?? '', join(path, name))
  }
  for (const [top, inode] of tops) add(inode, top)
  return hash.digest('hex')
}

/** The disk that is found after a power cut: of what was not synced, `choice` says what is kept. */
export const afterPowerCut = ({ seen, durable }: Moment, { keepsName, keepsData }: Choice): Disk => {
  const inodes = new Map<Inode, Content>()
  const settle = (inode: Inode): void => {
    const latest = seen.inodes.get(inode)
    const synced = durable.inodes.get(inode)
    const content =
      latest?.kind === 'directory' || synced?.kind === 'directory'
        ? directory(latest, synced)
        : file(latest, synced)
    inodes.set(inode, content)
    if (content.kind === 'directory') for (const entry of content.entries.values()) settle(entry)
  }
  const file = (latest: Content | undefined, synced: Content | undefined): Content => {
    // Where a link leads is part of its inode; the data of a file that was never synced may be missing altogether.
    if (latest?.kind === 'link') return latest
    const chosen = latest !== undefined && (synced === undefined || keepsData()) ? latest : synced
    if (chosen?.kind === 'link') return chosen
    if (chosen?.kind !== 'file') throw new Error('an entry of nothing')
    return synced === undefined && !keepsData() ? hollow(chosen) : chosen
  }
  const directory = (latest: Content | undefined, synced: Content | undefined): Content => {
    const now = latest?.kind === 'directory' ? latest : undefined
    const then = synced?.kind === 'directory' ? synced : undefined
    const entries = new Map<string, Inode>()
    for (const name of new Set([...(now?.entries.keys() ?? []), ...(then?.entries.keys() ?? [])])) {
      const [fresh, old] = [now?.entries.get(name), then?.entries.get(name)]
      const chosen = fresh === old || (now !== undefined && keepsName()) ? fresh : old
      if (chosen !== undefined) entries.set(name, chosen)
    }
    return { kind: 'directory', entries, mode: now?.mode ?? then?.mode ?? 0o755 }
  }
  for (const inode of seen.tops.values()) settle(inode)
  return { tops: seen.tops, inodes }
}

/** Makes the disk for real, where it was; nothing may be there. */
export const writeDisk = ({ tops, inodes }: Disk): void => {
  const write = (inode: Inode, path: string): void => {
    const content = inodes.get(inode)
    if (!content) throw new Error(`${path} leads to nothing`)
    if (content.kind === 'link') symlinkSync(content.target, path)
    else if (content.kind === 'file') writeFileSync(path, content.data, { mode: content.mode & 0o777 })
    else {
      mkdirSync(path, { mode: content.mode & 0o777 })
      for (const [name, entry] of content.entries) write(entry, join(path, name))
    }
  }
  for (const [top, inode] of tops) write(inode, top)
}
