import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { PersonError } from '../../shared/errors.ts'
import type { Entry } from './list-entries.ts'
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
    if (entry.stats.isFile()) yield* contentOf(join(top, entry.path), entry, pieces)
  }
  yield* pieces.add(endOfArchive)
  yield* pieces.rest()
}

/** Of so many entries one, by its name alone. Changing it changes the bytes of every artifact. */
const entriesOfPiece = 32

const beginsPiece = ({ path }: Entry): boolean => crc32(path) % entriesOfPiece === 0

function* contentOf(file: string, { path, stats }: Entry, pieces: Pieces): Generator<Buffer> {
  const descriptor = openSync(file, 'r')
  try {
    for (let left = stats.size; left > 0;) {
      const read = readSync(descriptor, pieces.room(left))
      if (read === 0) throw changed(path)
      left -= read
      yield* pieces.filled(read)
    }
  } finally {
    closeSync(descriptor)
  }
  yield* pieces.add(paddingOf(stats.size))
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

  /** Where the next bytes go, at most `wanted` of them; `filled` then says how many came. */
  room(wanted: number): Buffer {
    return this.#piece.subarray(this.#length, Math.min(this.#bytes, this.#length + wanted))
  }

  *filled(bytes: number): Generator<Buffer> {
    this.#length += bytes
    if (this.#length === this.#bytes) yield* this.rest()
  }

  *add(bytes: Buffer): Generator<Buffer> {
    for (let rest = bytes; rest.length > 0;) {
      const copied = rest.copy(this.room(rest.length))
      rest = rest.subarray(copied)
      yield* this.filled(copied)
    }
  }

  /** What there is of a piece; the next one begins after it. */
  *rest(): Generator<Buffer> {
    if (this.#length === 0) return
    yield this.#piece.subarray(0, this.#length)
    this.#piece = Buffer.allocUnsafeSlow(this.#bytes)
    this.#length = 0
  }
}
