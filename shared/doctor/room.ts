import { statfs } from 'node:fs/promises'
import type { Finding } from '../domain/check.ts'
import { fault, ok, warning } from './examination.ts'
import { sizeOf } from '../wording.ts'

const littleRoom = 1e9
const noRoom = 100e6

export const examineRoom = async (path: string): Promise<Finding> => {
  const { bavail, bsize } = await statfs(path)
  return judgeRoom(bavail * bsize, path)
}

/** `where` is named in what is said. */
export const judgeRoom = (free: number, where: string): Finding => {
  const message = `${sizeOf(free)} are free in ${where}.`
  if (free < noRoom) return fault(message, 'Free some space there now: what does not fit is lost or refused.')
  if (free < littleRoom) return warning(message, 'Free some space there soon.')
  return ok(message)
}
