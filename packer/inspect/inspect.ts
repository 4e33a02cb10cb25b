import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type * as z from 'zod'
import type { ArtifactManifest } from '../../shared/domain/artifact.ts'
import type { DirectorySize } from '../../shared/domain/build-record.ts'
import type { TarEntry } from '../../shared/entry-rules.ts'
import { errnoOf, messageOf, PersonError } from '../../shared/errors.ts'
import { readTarball } from '../../shared/read-tarball.ts'
import type { InspectedEntry } from './entry.ts'
import { manifestIn } from './manifest-in.ts'
import { largestDirectories } from './sizes.ts'

export interface Inspected {
  readonly file: string
  /** SHA-256 of the file: what the tracker calls the artifact by. */
  readonly digest: string
  readonly size: number
  readonly unpackedSize: number
  readonly entries: number
  /** As it stands in the artifact. */
  readonly manifest: z.input<typeof ArtifactManifest>
  readonly directories: readonly DirectorySize[]
  readonly files: readonly InspectedEntry[]
}

/** Keeps the list of entries bounded; far more than any host is asked to unpack. */
const maxEntries = 1_000_000
const shownDirectories = 10

/** Looks into an artifact without unpacking it. Throws `not-found`, and `invalid` for what no host would take either. */
export const inspect = async (file: string, signal: AbortSignal): Promise<Inspected> => {
  const size = await sizeOfFile(file)
  try {
    const files = await entriesOf(file, signal)
    const manifest = await manifestIn(file, files, signal)
    const unpackedSize = files.reduce((sum, entry) => sum + entry.size, 0)
    const directories = largestDirectories(files, shownDirectories)
    const digest = await digestOf(file, signal)
    return { file, digest, size, unpackedSize, entries: files.length, manifest, directories, files }
  } catch (error) {
    signal.throwIfAborted()
    throw new PersonError('invalid', `${file} is not an artifact: ${reasonOf(error)}.`, {
      hint: 'Artifacts are made by `packer build`, or by a packer.',
      cause: error,
    })
  }
}

const sizeOfFile = async (file: string): Promise<number> => {
  try {
    const found = await stat(file)
    if (found.isFile()) return found.size
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') {
      throw new PersonError('forbidden', `${file} cannot be read (${errnoOf(error) ?? 'unknown error'}).`)
    }
  }
  throw new PersonError('not-found', `There is no file ${file}.`, { hint: 'Give a .tar.gz that was built.' })
}

const reasonOf = (error: unknown): string =>
  errnoOf(error)?.startsWith('Z_') ? 'it is no gzip archive, or a damaged one' : messageOf(error)

const kinds: Partial<Record<string, InspectedEntry['kind']>> = { '0': 'file', '2': 'link', '5': 'directory' }

const entriesOf = async (file: string, signal: AbortSignal): Promise<InspectedEntry[]> => {
  const entries: InspectedEntry[] = []
  const take = (entry: TarEntry, count: number): string | undefined => {
    if (count > maxEntries) return `is one more than the ${maxEntries} that are looked at`
    // Not so for the directory itself, which is not counted.
    if (count > entries.length) entries.push(entryOf(entry))
    return undefined
  }
  await readTarball(file, { judge: take }, signal)
  return entries
}

const entryOf = ({ type, path, size, target }: TarEntry): InspectedEntry => ({
  kind: kinds[type] ?? 'file',
  path: path.replace(/^(\.\/+)+|\/+$/g, ''),
  size,
  ...(type === '2' ? { target } : {}),
})

const digestOf = async (file: string, signal: AbortSignal): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash, { signal })
  return hash.digest('hex')
}
