import { posix } from 'node:path'
import { manifestPath } from './domain/artifact.ts'
import { releaseMarker } from './host/layout.ts'

/** One entry of a tarball, as its header has it. */
export interface TarEntry {
  /** The type flag; `0` also for the NUL that old archives have. */
  readonly type: string
  readonly path: string
  readonly target: string
  readonly mode: number
  readonly size: number
}

type Kind = 'file' | 'directory' | 'link'

/** What is known of the tree so far: by normalised path, what lies there, and whether an entry of its own said so. */
type Tree = Map<string, { kind: Kind; explicit: boolean }>

const typeNames: Record<string, string> = {
  '1': 'a hard link',
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a FIFO',
}
const kindOf: Partial<Record<string, Kind>> = { '0': 'file', '5': 'directory', '2': 'link' }

/**
 * Judges entries in their order, alike where an artifact is packed and where it is unpacked. Only what is named here is allowed;
 * each refusal is the end of a sentence about the entry.
 */
export class EntryRules {
  readonly #tree: Tree = new Map()
  /** A directory, and so is all above it: entries mostly come one beside the other. */
  #lastParent = ''

  /** Why the entry is refused, or undefined. */
  refuse(entry: TarEntry): string | undefined {
    const kind = kindOf[entry.type]
    if (kind === undefined) return `is ${typeNames[entry.type] ?? `of unknown type '${entry.type}'`}`
    return (
      refuseMode(entry) ??
      refusePath(entry.path, kind) ??
      refuseContent(entry, kind) ??
      (kind === 'link' ? refuseTarget(entry) : undefined) ??
      this.#place(relative(entry.path), kind)
    )
  }

  #place(path: string, kind: Kind): string | undefined {
    if (path === '') return undefined
    const reason = this.#placeAbove(path)
    if (reason !== undefined) return reason
    const key = keyOf(path)
    const known = this.#tree.get(key)
    if (known?.explicit || (known && kind !== 'directory')) {
      return 'is there twice (names that differ only in case or in Unicode form count as the same)'
    }
    this.#tree.set(key, { kind, explicit: true })
    return undefined
  }

  #placeAbove(path: string): string | undefined {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    if (parent === this.#lastParent) return undefined
    for (const ancestor of ancestorsOf(path)) {
      const key = keyOf(ancestor)
      const known = this.#tree.get(key)
      if (known && known.kind !== 'directory') return `lies below '${ancestor}', which is a ${known.kind}`
      if (!known) this.#tree.set(key, { kind: 'directory', explicit: false })
    }
    this.#lastParent = parent
    return undefined
  }
}

const refuseMode = ({ mode }: TarEntry): string | undefined =>
  (mode & 0o6000) === 0 ? undefined : 'is setuid or setgid'

const refusePath = (path: string, kind: Kind): string | undefined => {
  if (path === '') return 'has no name'
  if (path.includes('\0')) return 'has a NUL in its name'
  if (path.startsWith('/')) return 'has an absolute path'
  const inside = relative(path)
  if (inside === '') return kind === 'directory' ? undefined : 'has no name'
  const segments = inside.split('/')
  if (segments.includes('..')) return "has '..' in its path"
  if (segments.some((segment) => segment === '' || segment === '.')) return 'has an empty part in its path'
  if (Buffer.byteLength(path) > 4000 || segments.some((segment) => Buffer.byteLength(segment) > 255))
    return 'has too long a name'
  if (keyOf(inside) === releaseMarker) return 'is a name that the grabber keeps for itself'
  if (keyOf(inside) === manifestPath && kind !== 'file') return 'has to be a file'
  return undefined
}

const refuseContent = ({ path, size }: TarEntry, kind: Kind): string | undefined => {
  if (kind !== 'file' && size !== 0) return `is a ${kind} with content`
  return kind === 'file' && path.endsWith('/') ? 'is a file named as a directory' : undefined
}

/**
 * A link's own directory is a real one (no entry lies below a link), so leading `..` climb real directories, and what follows
 * goes down through links that were judged themselves. Only a `..` behind a name could climb out unseen.
 */
const refuseTarget = ({ path, target }: TarEntry): string | undefined => {
  if (target === '') return 'is a link to nowhere'
  if (target.includes('\0')) return 'has a NUL in its target'
  if (target.startsWith('/')) return `is a link to the absolute path '${target}'`
  const climbs = /^(\.\.?\/)*/.exec(`${target}/`)?.[0] ?? ''
  const descends = `${target}/`.slice(climbs.length).split('/')
  const resolved = posix.join(posix.dirname(relative(path)), target)
  const escapes = descends.includes('..') || resolved === '..' || resolved.startsWith('../')
  return escapes ? `is a link out of the release, to '${target}'` : undefined
}

const relative = (path: string): string => path.replace(/^(\.\/+)+|^\.$/, '').replace(/\/+$/, '')

const keyOf = (path: string): string => path.normalize('NFC').toLowerCase()

const ancestorsOf = (path: string): string[] => {
  const segments = path.split('/')
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'))
}
