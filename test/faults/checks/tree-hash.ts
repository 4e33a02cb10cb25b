import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { releaseMarker } from '../../../shared/host/layout.ts'

/** What a directory holds, as one number: names, content, links and what may be executed. The grabber's marker is not part of it. */
export const treeHash = (directory: string): string => {
  const hash = createHash('sha256')
  const add = (path: string): void => {
    const full = join(directory, path)
    const stat = lstatSync(full)
    if (stat.isDirectory()) {
      hash.update(`directory ${path}\n`)
      for (const name of readdirSync(full).sort()) add(join(path, name))
    } else if (stat.isSymbolicLink()) {
      hash.update(`link ${path} ${readlinkSync(full)}\n`)
    } else {
      hash.update(`file ${path} ${(stat.mode & 0o100).toString()} ${stat.size}\n`).update(readFileSync(full))
    }
  }
  for (const name of readdirSync(directory).sort()) if (!name.startsWith(releaseMarker)) add(name)
  return hash.digest('hex')
}
