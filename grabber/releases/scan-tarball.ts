import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { messageOf, PersonError } from '../../shared/errors.ts'
import { safeText } from '../../shared/terminal-text.ts'
import { EntryRules, type TarEntry } from '../../shared/entry-rules.ts'
import { usedUp } from '../memory.ts'
import { TarReader } from './tar-entries.ts'

export interface TarballLimits {
  /** Bytes of all regular files. */
  readonly unpackedSize: number
  /** Files, directories and links; the root directory itself does not count. */
  readonly entries: number
}

const chunkSize = 64 * 1024

/** Looks at every entry of a .tar.gz before anything is unpacked. Throws PersonError `rejected: …` at the first that may not be. */
export const scanTarball = async (
  path: string,
  limits: TarballLimits,
  signal: AbortSignal,
): Promise<void> => {
  const gunzip = createGunzip({ chunkSize })
  const reader = new TarReader(judge(limits))
  try {
    await pipeline(createReadStream(path, { highWaterMark: chunkSize }), gunzip, into(reader), { signal })
    await refuseTrailingBytes(path, gunzip.bytesWritten)
  } catch (error) {
    signal.throwIfAborted()
    throw rejected(error)
  }
}

const into = (reader: TarReader): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      usedUp(chunk.length)
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

/** Each entry against the rules, and all together against what was signed. */
const judge = (limits: TarballLimits): ((entry: TarEntry) => void) => {
  const rules = new EntryRules()
  let entries = 0
  let bytes = 0
  return (entry) => {
    entries += isRoot(entry) ? 0 : 1
    bytes += entry.size
    const reason =
      rules.refuse(entry) ??
      (entries > limits.entries ? `is one more than the ${limits.entries} that were signed` : undefined) ??
      (bytes > limits.unpackedSize
        ? `goes beyond the ${limits.unpackedSize} bytes that were signed`
        : undefined)
    if (reason !== undefined)
      throw new Error(`entry ${entries} '${safeText(entry.path).slice(0, 200)}': it ${reason}`)
  }
}

const isRoot = ({ path }: TarEntry): boolean => path === '.' || path === './'

/** zlib stops at the first byte that cannot begin another member, without a word. */
const refuseTrailingBytes = async (path: string, read: number): Promise<void> => {
  const { size } = await stat(path)
  if (read !== size)
    throw new Error(`there are ${size - read} bytes behind the end of the compressed archive`)
}

const rejected = (error: unknown): PersonError =>
  new PersonError('invalid', `The artifact is rejected: ${messageOf(error)}.`, {
    hint: 'Nothing of it was unpacked. Look at what the build puts into the artifact.',
    cause: error,
  })
