import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { manifestPath, type ArtifactManifest } from '../../shared/domain/artifact.ts'
import { errnoOf, PersonError } from '../../shared/errors.ts'
import type { Entry } from './entry.ts'
import { listEntries } from './list-entries.ts'
import { parallelGzip, type Compress } from './parallel-gzip.ts'
import { tarStream } from './tar-stream.ts'
import type * as z from 'zod'

export interface PackedArtifact {
  /** SHA-256 of the tarball. */
  readonly digest: string
  /** Bytes of the tarball. */
  readonly size: number
  /** Bytes of all files in it. */
  readonly unpackedSize: number
  /** Files, directories and links, the manifest among them. */
  readonly entries: number
}

/**
 * Writes a directory, with its manifest, as a tarball whose bytes depend on names, contents and the executable bit
 * alone: sorted, one time for all, no owners, two modes. Says what is in it, too.
 */
export const pack = async (
  directory: string,
  manifest: z.input<typeof ArtifactManifest>,
  tarball: string,
  { signal, compress }: { signal: AbortSignal; compress?: Compress },
): Promise<{ packed: PackedArtifact; entries: readonly Entry[] }> => {
  await writeManifest(directory, manifest)
  const entries = await listEntries(directory)
  const hash = createHash('sha256')
  let size = 0
  const measure = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk)
      size += chunk.length
      yield chunk
    }
  }
  const tar = tarStream(directory, entries, pieceBytes)
  await pipeline(parallelGzip(tar, compress), measure, createWriteStream(tarball), { signal })
  const packed = {
    digest: hash.digest('hex'),
    size,
    unpackedSize: bytesOf(entries),
    entries: entries.length,
  }
  return { packed, entries }
}

/** The largest there are. Changing it changes the bytes of every artifact. */
const pieceBytes = 512 * 1024

const writeManifest = async (
  directory: string,
  manifest: z.input<typeof ArtifactManifest>,
): Promise<void> => {
  try {
    await writeFile(join(directory, manifestPath), `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx' })
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    throw new PersonError('invalid', `The repo has a file ${manifestPath}, which is the packer's to write.`, {
      hint: 'Remove it from the repo.',
    })
  }
}

const bytesOf = (entries: readonly Entry[]): number => entries.reduce((sum, { size }) => sum + size, 0)
