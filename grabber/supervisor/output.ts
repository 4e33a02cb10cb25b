import { open, stat } from 'node:fs/promises'
import { maxOutputLineLength, maxOutputLines } from '../../shared/messages/host-events.ts'
import { safeText } from '../../shared/terminal-text.ts'
import type { Conceal } from '../releases/conceal.ts'

/** At most this much of a log is attached to a failure, so that the event fits into one message. */
const tailBytes = 64 * 1024

/** The last lines behind `offset`, without what would move a terminal's cursor or colour it. */
export const lastLines = async (path: string, offset: number, conceal: Conceal): Promise<string[]> =>
  fitToShow(await tail(path, offset).catch(() => ''), conceal)

/** The last lines of a log that is emptied whenever it is too long: then they are in what it was set aside as. */
export const lastLinesSince = async (
  path: string,
  offset: number,
  since: number,
  conceal: Conceal,
): Promise<string[]> => {
  const lines = await lastLines(path, offset, conceal)
  if (lines.length > 0) return lines
  const aside = `${path}.1`
  const setAsideAt = await stat(aside).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
  return setAsideAt >= since ? lastLines(aside, 0, conceal) : []
}

/** The last lines of a text, as many and as long as an event may carry. Concealed first: of a secret that is cut, a part would be left. */
export const fitToShow = (text: string, conceal: Conceal): string[] =>
  conceal(text)
    .split('\n')
    .map((line) => safeText(line).trimEnd().slice(0, maxOutputLineLength))
    .filter((line) => line !== '')
    .slice(-maxOutputLines)

const tail = async (path: string, offset: number): Promise<string> => {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    // Below the offset it was emptied since: all of it is new.
    const begin = offset <= size ? offset : 0
    const start = Math.max(begin, size - tailBytes)
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(Math.max(0, size - start)),
      position: start,
    })
    const text = buffer.toString('utf8', 0, bytesRead)
    // What is left of a line could be what is left of a secret.
    return start > begin ? text.slice(text.indexOf('\n') + 1) : text
  } finally {
    await handle.close()
  }
}
