import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, utimesSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflatePiece, type Compress } from './parallel-gzip.ts'

const defaultMaxBytes = 2 * 2 ** 30
/** What hardly gets smaller, as pictures and archives, would fill the disk for nothing much. */
const worthKeeping = 0.9
/** Made room for each time that so much has been added. */
const tidyAfterBytes = 256 * 2 ** 20

/**
 * Compressed pieces of earlier tarballs, by what is in them: what has not changed since, dependencies for the most part, is not
 * compressed again. A piece lies at its name whole, or not at all, and says its own digest; one that cannot be kept is compressed
 * again next time, and no more.
 */
export class CompressedPieces {
  readonly #directory: string
  readonly #maxBytes: number
  #added = 0

  private constructor(directory: string, maxBytes: number) {
    this.#directory = directory
    this.#maxBytes = maxBytes
  }

  /** Of another zlib the bytes would be others. Clears away what a killed packer left half-written, and what is too much. */
  static async open(directory: string, maxBytes = defaultMaxBytes): Promise<CompressedPieces> {
    const versioned = join(directory, `zlib-${process.versions.zlib}`)
    await mkdir(versioned, { recursive: true })
    const pieces = new CompressedPieces(versioned, maxBytes)
    await pieces.#makeRoom()
    return pieces
  }

  readonly compress: Compress = async (piece, before) => {
    const path = join(this.#directory, keyOf(piece, before))
    const kept = readPiece(path)
    if (kept !== undefined) return kept
    const compressed = await deflatePiece(piece, before)
    if (compressed.length < piece.length * worthKeeping)
      await this.#keep(path, compressed).catch(() => undefined)
    return compressed
  }

  async #keep(path: string, compressed: Buffer): Promise<void> {
    const incoming = `${path}.${randomBytes(4).toString('hex')}`
    await writeFile(incoming, [digestOf(compressed), compressed])
    await rename(incoming, path)
    this.#added += compressed.length
    if (this.#added < tidyAfterBytes) return
    this.#added = 0
    await this.#makeRoom()
  }

  /** Those that were not used for longest go first. */
  async #makeRoom(): Promise<void> {
    const found: { path: string; bytes: number; usedAt: number }[] = []
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name)
      if (name.includes('.')) await rm(path, { force: true })
      const stats = await stat(path).catch(() => undefined)
      if (stats) found.push({ path, bytes: stats.size, usedAt: stats.mtimeMs })
    }
    let sum = 0
    for (const { path, bytes } of found.sort((a, b) => b.usedAt - a.usedAt)) {
      sum += bytes
      if (sum > this.#maxBytes) await rm(path, { force: true })
    }
  }
}

const digestBytes = 32

const digestOf = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

/** A piece comes out otherwise after another one. */
const keyOf = (piece: Buffer, before: Buffer | undefined): string => {
  const hash = createHash('sha256').update(`${before?.length ?? 0}\n`)
  if (before !== undefined) hash.update(before)
  return hash.update(piece).digest('hex')
}

/**
 * Undefined when there is none, and when a disk that was cut off has only part of it. By synchronous calls: one piece is soon read,
 * and there are hundreds.
 */
const readPiece = (path: string): Buffer | undefined => {
  try {
    const file = readFileSync(path)
    const compressed = file.subarray(digestBytes)
    if (!digestOf(compressed).equals(file.subarray(0, digestBytes))) return undefined
    const now = new Date()
    utimesSync(path, now, now)
    return compressed
  } catch {
    return undefined
  }
}
