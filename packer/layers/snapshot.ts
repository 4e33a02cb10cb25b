import { createHash, type Hash } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isToolCache } from '../tool-caches.ts'

/** A directory on disk, and the name it has in a snapshot. */
export interface Named {
  readonly path: string
  readonly name: string
}

export interface Snapshot {
  /** Digest of names, sizes, inodes and the times of their last change: nothing can be written that leaves it as it was. */
  readonly state: string
  readonly files: number
  readonly bytes: number
}

interface Sums {
  readonly state: Hash
  files: number
  bytes: number
}

/** How directories are, without reading a file; tools' caches in them are removed. One that is only a link is not followed. */
export const snapshotOf = async (directories: readonly Named[]): Promise<Snapshot> => {
  const sums: Sums = { state: createHash('sha256'), files: 0, bytes: 0 }
  for (const { path, name } of directories) {
    if (lstatSync(path).isDirectory()) await walk(path, name, sums)
    else add(path, name, sums)
  }
  return { files: sums.files, bytes: sums.bytes, state: sums.state.digest('hex') }
}

/** Asynchronous by directory only: a call for each file would cost far more than what it asks. */
const walk = async (directory: string, name: string, sums: Sums): Promise<void> => {
  sums.state.update(`${name}/\n`)
  const found = await readdir(directory, { withFileTypes: true })
  for (const entry of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const [path, inner] = [join(directory, entry.name), `${name}/${entry.name}`]
    if (isToolCache(inner)) await rm(path, { recursive: true, force: true })
    else if (entry.isDirectory()) await walk(path, inner, sums)
    else add(path, inner, sums)
  }
}

const add = (path: string, name: string, sums: Sums): void => {
  const { size, ino, ctimeNs, mode } = lstatSync(path, { bigint: true })
  sums.state.update(`${name}\n${size} ${ino} ${ctimeNs} ${mode}\n`)
  sums.files += 1
  sums.bytes += Number(size)
}
