import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readLayerFile } from './layer-file.ts'

/** Removes layers, first those that were not used for longest, until the others together are small enough. */
export const makeRoom = async (directory: string, maxBytes: number): Promise<void> => {
  let sum = 0
  for (const { path, bytes } of await latestFirst(directory)) {
    sum += bytes
    if (sum > maxBytes) await remove(path)
  }
}

const latestFirst = async (directory: string): Promise<{ path: string; bytes: number }[]> => {
  const found: { path: string; bytes: number; keptAt: number }[] = []
  for (const name of await readdir(directory)) {
    const path = join(directory, name)
    const file = name.includes('.') ? undefined : await readLayerFile(path)
    const stats = await stat(path).catch(() => undefined)
    if (file && stats) found.push({ path, bytes: file.bytes, keptAt: stats.mtimeMs })
  }
  return found.sort((a, b) => b.keptAt - a.keptAt)
}

/** Another build may have taken it a moment ago: then it is in use. */
const remove = async (path: string): Promise<void> => {
  const removed = `${path}.removed`
  const isThere = await rename(path, removed).then(
    () => true,
    () => false,
  )
  if (isThere) await rm(removed, { recursive: true, force: true })
}
