import { closeSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { PersonError } from '../../shared/errors.ts'
import type { Entry } from './entry.ts'
import { endOfArchive, paddingOf, tarHeader } from './tar-header.ts'

/**
 * The tar archive of entries below a directory, in pieces of at most one size. Some begin with an entry, whatever is before it: so
 * what has changed leaves the pieces after it as they are. Files are read by synchronous calls, as a release is many small
 * files, and each asynchronous call would cost more than it reads; one piece is soon read.
 */
export function* tarStream(top: string, entries: readonly Entry[], pieceBytes: number): Generator<Buffer> {
  const pieces = new Pieces(pieceBytes)
  for (const entry of entries) {
    if (beginsPiece(entry)) yield* pieces.rest()
    yield* pieces.add(tarHeader(entry))
    if (entry.kind === 'file') yield* contentOf(`${top}/${entry.path}`, entry, pieces)
  }
  yield* pieces.add(endOfArchive)
  yield* pieces.rest()
}

/** Of so many entries one, by its name alone. Changing it changes the bytes of every artifact. */
const entriesOfPiece = 32

const beginsPiece = ({ path }: Entry): boolean => crc32(path) % entriesOfPiece === 0

function* contentOf(file: string, { path, size }: Entry, pieces: Pieces): Generator<Buffer> {
  const descriptor = openSync(file, 'r')
  try {
    for (let left = size; left > 0;) {
      const read = pieces.read(descriptor, left)
      if (read === 0) throw changed(path)
      left -= read
      yield* pieces.filled(read)
    }
  } finally {
    closeSync(descriptor)
  }
  yield* pieces.add(paddingOf(size))
}

const changed = (path: string): PersonError =>
  new PersonError('conflict', `'${path}' became shorter while it was packed.`, {
    hint: 'Does the build leave a process behind that still writes? Let it wait for that.',
  })

/** Gathers bytes into pieces of one size. */
class Pieces {
  readonly #bytes: number
  #piece: Buffer
  #length = 0

  constructor(bytes: number) {
    this.#bytes = bytes
    this.#piece = Buffer.allocUnsafeSlow(bytes)
  }

  /** Reads at most `wanted` bytes of a file into the piece, and says how many came; `filled` then counts them. */
  read(descriptor: number, wanted: number): number {
    return readSync(descriptor, this.#piece, this.#length, Math.min(wanted, this.#bytes - this.#length), null)
  }

  *filled(bytes: number): Generator<Buffer> {
    this.#length += bytes
    if (this.#length === this.#bytes) yield* this.rest()
  }

  *add(bytes: Buffer): Generator<Buffer> {
    for (let done = 0; done < bytes.length;) {
      const copied = bytes.copy(this.#piece, this.#length, done)
      done += copied
      yield* this.filled(copied)
    }
  }

  /** What there is of a piece; the next one begins after it. One that is not full is copied out, as room for a whole one costs more. */
  *rest(): Generator<Buffer> {
    if (this.#length === 0) return
    if (this.#length < this.#bytes) yield Buffer.copyBytesFrom(this.#piece, 0, this.#length)
    else yield this.#handedOut()
    this.#length = 0
  }

  #handedOut(): Buffer {
    const piece = this.#piece
    this.#piece = Buffer.allocUnsafeSlow(this.#bytes)
    return piece
  }
}
