import { open, rename, rm, symlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFilesystemOf } from './releases/sync-filesystem.ts'

/**
 * The one place where things are made to survive a power cut. What is not done through here may be forgotten by one, and
 * every caller is written so that this does not matter.
 */

/** Makes durable what a file holds, or which names a directory does (created, renamed, removed). */
export const syncPath = async (path: string): Promise<void> => {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The file holds the old content or the new, whole, whatever happens; on return the new, durably. */
export const writeDurably = async (path: string, content: string, mode = 0o644): Promise<void> => {
  const temporary = `${path}.new`
  try {
    await writeSynced(temporary, content, mode)
    await renameDurably(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

const writeSynced = async (path: string, content: string, mode: number): Promise<void> => {
  const handle = await open(path, 'w', mode)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Both paths in one filesystem. */
export const renameDurably = async (from: string, to: string): Promise<void> => {
  await rename(from, to)
  await syncPath(dirname(to))
}

/** Takes a directory away, in the same filesystem: on return it is gone from where it was, durably, and never was so in part. */
export const takeAwayDurably = async (from: string, to: string): Promise<void> => {
  await rename(from, to)
  await syncPath(dirname(from))
}

/** Points a link elsewhere: at every instant it leads to the old target or the new. */
export const relinkDurably = async (link: string, target: string): Promise<void> => {
  const temporary = `${link}.new`
  await rm(temporary, { force: true })
  await symlink(target, temporary)
  await renameDurably(temporary, link)
}

/** Removes a file or a link; none there is fine. */
export const removeDurably = async (path: string): Promise<void> => {
  await rm(path, { force: true })
  await syncPath(dirname(path))
}

/** Makes everything below a directory durable, by syncing its whole filesystem: much cheaper than file by file. */
export const syncTree = (path: string, signal: AbortSignal): Promise<void> => syncFilesystemOf(path, signal)
