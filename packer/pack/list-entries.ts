import { lstatSync, readdirSync, readlinkSync, realpathSync, type Stats } from 'node:fs'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { setImmediate as afterOthers } from 'node:timers/promises'
import { EntryRules } from '../../shared/entry-rules.ts'
import { PersonError } from '../../shared/errors.ts'
import { isToolCache } from '../tool-caches.ts'
import type { Entry } from './entry.ts'
import { typeFlags } from './tar-header.ts'

/** Everything below a directory that belongs into an artifact, in the order of the tarball: by name, parents first. */
export const listEntries = async (top: string): Promise<Entry[]> => {
  const entries: Entry[] = []
  await walk(realpathSync.native(top), '', entries)
  entries.sort((a, b) => (a.path < b.path ? -1 : 1))
  checkForHosts(entries)
  return entries
}

/** What hosts would refuse is refused here already, by the same rules: names that differ only in case, for one. */
const checkForHosts = (entries: readonly Entry[]): void => {
  const rules = new EntryRules()
  for (const { path, kind, size, target } of entries) {
    const reason = rules.refuse({ type: typeFlags[kind], path, target, size, mode: packedMode })
    if (reason !== undefined) throw refused(path, `it ${reason}`)
  }
}

/** By synchronous calls, as each asynchronous one would cost far more than what it asks; others have their turn after each directory. */
const walk = async (top: string, directory: string, entries: Entry[]): Promise<void> => {
  for (const name of readdirSync(`${top}/${directory}`)) {
    const path = directory === '' ? name : `${directory}/${name}`
    if (isLeftOut(path, name)) continue
    checkName(path)
    const entry = entryAt(top, path)
    entries.push(entry)
    if (entry.kind === 'directory') await walk(top, path, entries)
  }
  await afterOthers()
}

const entryAt = (top: string, path: string): Entry => {
  const file = `${top}/${path}`
  const stats = lstatSync(file)
  const kind = kindOf(path, stats)
  const target = kind === 'link' ? readlinkSync(file) : ''
  if (kind === 'link') checkLink(top, path, target)
  const size = kind === 'file' ? stats.size : 0
  return { path, kind, size, executable: (stats.mode & 0o100) !== 0, target }
}

/** Modes are normalised when packed: setuid does not get into an artifact. */
const packedMode = 0o644

const isLeftOut = (path: string, name: string): boolean => name === '.git' || isToolCache(path)

const refused = (path: string, reason: string): PersonError =>
  new PersonError('invalid', `'${path}' cannot be in an artifact: ${reason}.`, {
    hint: 'Let the build remove it, or take it out of the repo.',
  })

const checkName = (path: string): void => {
  // U+FFFD is what bytes that are no UTF-8 are read as; such a file cannot even be opened by its name.
  if (/[\p{Cc}\u{FFFD}\\]/u.test(path))
    throw refused(path, 'its name holds control characters, a backslash or no UTF-8')
}

const kindOf = (path: string, stats: Stats): Entry['kind'] => {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'link'
  throw refused(path, 'it is a socket, a pipe or a device')
}

/** A link may not leave the artifact, neither as written nor once the links on its way are followed. */
const checkLink = (top: string, path: string, target: string): void => {
  const written = join(dirname(path), target)
  if (isAbsolute(target) || isOutside(written))
    throw refused(path, `it is a link to ${target}, outside of the artifact`)
  const real = realPathOf(join(top, path)) ?? (climbsBack(target) ? '/' : top)
  if (isOutside(relative(top, real)))
    throw refused(path, `it is a link that leads to ${real}, outside of the artifact`)
}

/** Undefined for a link to what is not there, or to itself. */
const realPathOf = (path: string): string | undefined => {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}

/** `..` after a name: where that leads depends on the links on the way, so a target that is not there cannot be judged. */
const climbsBack = (target: string): boolean => /(^|\/)(?!\.\.?\/)[^/]+\/+(\.\/+)*\.\.(\/|$)/.test(target)

const isOutside = (path: string): boolean => path === '..' || path.startsWith(`..${sep}`)
