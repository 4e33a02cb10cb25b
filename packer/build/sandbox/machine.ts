import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What builds may read on any machine: programs, libraries, and how they are set up. */
const directories = [
  '/bin',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix',
  '/opt',
  '/sbin',
  '/sys',
  '/usr',
]

/** Where the packer's own credentials are, by the units that come along. */
const alwaysHidden = ['/etc/apptracker']

export interface Machine {
  readonly directories: readonly string[]
  /** Of those at the top what is only a link, as `/bin` is on most machines, with where it leads. */
  readonly links: readonly { readonly path: string; readonly target: string }[]
  readonly hidden: readonly Hidden[]
}

/** What lies in a directory that builds may read, and is kept from them. */
export interface Hidden {
  readonly path: string
  readonly isDirectory: boolean
}

export const lookAtMachine = (): Machine => {
  const found = directories.flatMap((path) => {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    return stats === undefined ? [] : [{ path, isLink: stats.isSymbolicLink() }]
  })
  const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined
  return {
    directories: found.filter(({ isLink }) => !isLink).map(({ path }) => path),
    links: found.filter(({ isLink }) => isLink).map(({ path }) => ({ path, target: readlinkSync(path) })),
    hidden: [
      ...alwaysHidden.filter(isThere).map((path) => ({ path, isDirectory: true })),
      ...privateIn('/etc').filter(({ path }) => !alwaysHidden.includes(path)),
    ],
  }
}

/** What not everybody may read, be it that the packer may: as root it could read all of it. */
const privateIn = (directory: string): Hidden[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    const isDirectory = entry.isDirectory()
    if (!isDirectory && !entry.isFile()) return []
    const stats = lstatSync(path, { throwIfNoEntry: false })
    // Removed a moment ago.
    if (stats === undefined) return []
    const wanted = isDirectory ? 0o005 : 0o004
    if ((stats.mode & wanted) !== wanted) return [{ path, isDirectory }]
    return isDirectory ? privateIn(path) : []
  })
