import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { EntryRules, type TarEntry } from './entry-rules.ts'
import { TarReader } from './tar-entries.ts'
import { safeText } from './terminal-text.ts'

export interface TarballReading {
  /** Hears of each entry that the rules allow, and of how many came with it; says why it is refused all the same. */
  readonly judge: (entry: TarEntry, count: number) => string | undefined
  /** Hears how many unpacked bytes are done with. */
  readonly usedUp?: (bytes: number) => void
}

const chunkSize = 64 * 1024

/** Reads every header of a .tar.gz, and throws at the first entry that an artifact may not have, or where it is broken. */
export const readTarball = async (
  path: string,
  reading: TarballReading,
  signal: AbortSignal,
): Promise<void> => {
  const gunzip = createGunzip({ chunkSize })
  const reader = new TarReader(judging(reading.judge))
  const source = createReadStream(path, { highWaterMark: chunkSize })
  await pipeline(source, gunzip, into(reader, reading.usedUp), { signal })
  await refuseTrailingBytes(path, gunzip.bytesWritten)
}

const into = (reader: TarReader, usedUp: TarballReading['usedUp']): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      usedUp?.(chunk.length)
      done(errorOf(() => reader.write(chunk)))
    },
    final(done) {
      done(errorOf(() => reader.end()))
    },
  })

const errorOf = (act: () => void): Error | null => {
  try {
    act()
    return null
  } catch (error) {
    return error as Error
  }
}

const judging = (judge: TarballReading['judge']): ((entry: TarEntry) => void) => {
  const rules = new EntryRules()
  let count = 0
  return (entry) => {
    count += isRoot(entry) ? 0 : 1
    const reason = rules.refuse(entry) ?? judge(entry, count)
    if (reason !== undefined)
      throw new Error(`entry ${count} '${safeText(entry.path).slice(0, 200)}': it ${reason}`)
  }
}

/** The directory itself, which does not count. */
const isRoot = ({ path }: TarEntry): boolean => path === '.' || path === './'

/** zlib stops at the first byte that cannot begin another member, without a word. */
const refuseTrailingBytes = async (path: string, read: number): Promise<void> => {
  const { size } = await stat(path)
  if (read !== size)
    throw new Error(`there are ${size - read} bytes behind the end of the compressed archive`)
}
