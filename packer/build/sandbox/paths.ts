import { existsSync, realpathSync } from 'node:fs'
import { sep } from 'node:path'

/** Whether a path is a directory, or lies in it. Both must be absolute, and as `realpath` or `resolve` give them. */
export const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep)

export const isWithinAny = (path: string, directories: readonly string[]): boolean =>
  directories.some((directory) => isWithin(path, directory))

/** Where a path really leads, as the kernel follows it; undefined when it leads nowhere. */
export const realPath = (path: string): string | undefined =>
  existsSync(path) ? realpathSync.native(path) : undefined
