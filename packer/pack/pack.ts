import { createHash } from 'node:crypto'
import { createWriteStream, Stats } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Pack } from 'tar'
import { manifestPath, type ArtifactManifest } from '../../shared/domain/artifact.ts'
import { errnoOf, PersonError } from '../../shared/errors.ts'
import { listEntries, type Entry } from './list-entries.ts'
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
 * alone: sorted, one time for all, no owners, two modes.
 */
export const pack = async (
  directory: string,
  manifest: z.input<typeof ArtifactManifest>,
  tarball: string,
  signal: AbortSignal,
): Promise<PackedArtifact> => {
  await writeManifest(directory, manifest)
  const entries = await listEntries(directory)
  const hash = createHash('sha256')
  let size = 0
  const measure = new Transform({
    transform: (chunk: Buffer, _, done) => {
      hash.update(chunk)
      size += chunk.length
      done(null, chunk)
    },
  })
  await pipeline(tarOf(directory, entries), measure, createWriteStream(tarball), { signal })
  return { digest: hash.digest('hex'), size, unpackedSize: bytesOf(entries), entries: entries.length }
}

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

/** 2000-01-01: a time that every tool can show. */
const fixedTime = new Date(946_684_800_000)

const tarOf = (directory: string, entries: readonly Entry[]): Readable => {
  const archive = new Pack({
    cwd: directory,
    portable: true,
    mtime: fixedTime,
    gzip: { level: 6 },
    noDirRecurse: true,
    preservePaths: false,
    strict: true,
    jobs: 1,
    statCache: new Map(entries.map(({ path, stats }) => [join(directory, path), normalised(stats)])),
  })
  for (const { path } of entries) archive.add(path)
  archive.end()
  return Readable.from(archive, { objectMode: false })
}

/** One link each, so that no file becomes a link to another; who may write it is nobody's concern but the owner's. */
const normalised = (stats: Stats): Stats => {
  const executable = stats.isDirectory() || (stats.isFile() && (stats.mode & 0o100) !== 0)
  const mode = (stats.mode & 0o170_000) | (executable ? 0o755 : 0o644)
  return Object.assign(Object.create(Stats.prototype) as Stats, stats, { mode, nlink: 1, uid: 0, gid: 0 })
}

const bytesOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { stats }) => sum + (stats.isFile() ? stats.size : 0), 0)
