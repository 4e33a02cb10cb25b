import { rm, writeFile } from 'node:fs/promises'
import { messageOf } from '../../shared/errors.ts'
import { reserveFiles } from '../../shared/host/layout.ts'
import type { Host, Install } from './host.ts'

/** Enough for a journal, a process record and a link, each with the block and inode of its own; settings come on top. */
export const reservedBytes = 64 * 1024

/**
 * Takes, before anything is touched, the room that the way back needs: a disk that others fill up meanwhile must not keep the last
 * good release from running again. Throws what the filesystem says.
 */
export const takeReserve = async ({ host: { paths }, order: { service }, entry }: Install): Promise<void> => {
  // The journal has the whole order, and what starts a service has its environment.
  const bytes = reservedBytes + 2 * entry.order.payload.length
  for (const path of reserveFiles(paths, service)) await writeFile(path, Buffer.alloc(bytes, 1))
}

/** Gives the room back, to be used at once. Never throws. */
export const freeReserve = async ({ paths, log }: Host, service: string): Promise<void> => {
  for (const path of reserveFiles(paths, service))
    await rm(path, { force: true }).catch((error: unknown) => {
      log.warn({ service, err: messageOf(error) }, 'the reserve was not given back')
    })
}
