import { messageOf, PersonError } from '../../shared/errors.ts'
import { readTarball, type TarballReading } from '../../shared/read-tarball.ts'
import { usedUp } from '../memory.ts'

export interface TarballLimits {
  /** Bytes of all regular files. */
  readonly unpackedSize: number
  /** Files, directories and links; the root directory itself does not count. */
  readonly entries: number
}

/** Looks at every entry of a .tar.gz before anything is unpacked. Throws PersonError `rejected: …` at the first that may not be. */
export const scanTarball = async (
  path: string,
  limits: TarballLimits,
  signal: AbortSignal,
): Promise<void> => {
  try {
    await readTarball(path, { judge: within(limits), usedUp }, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw rejected(error)
  }
}

/** All entries together against what was signed. */
const within = (limits: TarballLimits): TarballReading['judge'] => {
  let bytes = 0
  return ({ size }, count) => {
    bytes += size
    if (count > limits.entries) return `is one more than the ${limits.entries} that were signed`
    return bytes > limits.unpackedSize
      ? `goes beyond the ${limits.unpackedSize} bytes that were signed`
      : undefined
  }
}

const rejected = (error: unknown): PersonError =>
  new PersonError('invalid', `The artifact is rejected: ${messageOf(error)}.`, {
    hint: 'Nothing of it was unpacked. Look at what the build puts into the artifact.',
    cause: error,
  })
