import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What files that an examination writes are called, for as long as it takes. */
export const probePrefix = '.examination-'

/** Throws what the system says unless a file can be made there. Not access(2): root is told that it may write where it may not. */
export const proveWritable = async (directory: string): Promise<void> => {
  const probe = join(directory, `${probePrefix}${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(probe, 'x', { flag: 'wx', mode: 0o600 })
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
}
