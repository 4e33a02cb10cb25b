import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { readdir, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { EntryRules } from '../../shared/entry-rules.ts'
import { PersonError } from '../../shared/errors.ts'
import { isToolCache } from '../tool-caches.ts'

export interface Entry {
  /** Inside the artifact. */
  readonly path: string
  readonly stats: Stats
  /** Where a link leads; empty for all else. */
  readonly target: string
}

/** Everything below a directory that belongs into an artifact, in the order of the tarball: by name, parents first. */
export const listEntries = async (top: string): Promise<Entry[]> => {
  const entries: Entry[] = []
  await walk(await realpath(top), '', entries)
  entries.sort((a, b) => (a.path < b.path ? -1 : 1))
  checkForHosts(entries)
  return entries
}

/** What hosts would refuse is refused here already, by the same rules: names that differ only in case, for one. */
const checkForHosts = (entries: readonly Entry[]): void => {
  const rules = new EntryRules()
  for (const { path, stats, target } of entries) {
    const type = stats.isDirectory() ? '5' : stats.isSymbolicLink() ? '2' : '0'
    const size = type === '0' ? stats.size : 0
    const reason = rules.refuse({ type, path, target, size, mode: packedMode })
    if (reason !== undefined) throw refused(path, `it ${reason}`)
  }
}

/** Asynchronous by directory only: a call for each file would cost far more than what it asks. */
const walk = async (top: string, directory: string, entries: Entry[]): Promise<void> => {
  for (const name of await readdir(join(top, directory))) {
    const path = directory === '' ? name : `${directory}/${name}`
    if (isLeftOut(path)) continue
    checkName(path)
    const stats = lstatSync(join(top, path))
    const target = stats.isSymbolicLink() ? readlinkSync(join(top, path)) : ''
    checkKind(path, stats)
    if (stats.isSymbolicLink()) await checkLink(top, path, target)
    entries.push({ path, stats, target })
    if (stats.isDirectory()) await walk(top, path, entries)
  }
}

/** Modes are normalised when packed: setuid does not get into an artifact. */
const packedMode = 0o644

const isLeftOut = (path: string): boolean => /(^|\/)\.git$/.test(path) || isToolCache(path)

const refused = (path: string, reason: string): PersonError =>
  new PersonError('invalid', `'${path}' cannot be in an artifact: ${reason}.`, {
    hint: 'Let the build remove it, or take it out of the repo.',
  })

const checkName = (path: string): void => {
  // U+FFFD is what bytes that are no UTF-8 are read as; such a file cannot even be opened by its name.
  if (/[\p{Cc}\u{FFFD}\\]/u.test(path))
    throw refused(path, 'its name holds control characters, a backslash or no UTF-8')
}

const checkKind = (path: string, stats: Stats): void => {
  if (!stats.isFile() && !stats.isDirectory() && !stats.isSymbolicLink())
    throw refused(path, 'it is a socket, a pipe or a device')
}

/** A link may not leave the artifact, neither as written nor once the links on its way are followed. */
const checkLink = async (top: string, path: string, target: string): Promise<void> => {
  const written = join(dirname(path), target)
  if (isAbsolute(target) || isOutside(written))
    throw refused(path, `it is a link to ${target}, outside of the artifact`)
  const real = await realpath(join(top, path)).catch(() => (climbsBack(target) ? '/' : top))
  if (isOutside(relative(top, real)))
    throw refused(path, `it is a link that leads to ${real}, outside of the artifact`)
}

/** `..` after a name: where that leads depends on the links on the way, so a target that is not there cannot be judged. */
const climbsBack = (target: string): boolean => /(^|\/)(?!\.\.?\/)[^/]+\/+(\.\/+)*\.\.(\/|$)/.test(target)

const isOutside = (path: string): boolean => path === '..' || path.startsWith(`..${sep}`)
