import { readFile } from 'node:fs/promises'

/** How many files a service may be allowed to open by this grabber: root may raise the limit that it has itself. */
export const openFilesLimit = async (): Promise<number> => {
  if (process.getuid?.() === 0) return Infinity
  const limits = await readFile('/proc/self/limits', 'utf8')
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1]
  return hard === undefined || hard === 'unlimited' ? Infinity : Number(hard)
}
