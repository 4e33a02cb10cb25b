import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'

/** As much of what came before as deflate can refer to. */
const windowBytes = 32 * 1024
/** More than libuv has threads by default, so that none of them waits for the next piece. */
const inFlight = 6

/** Makes raw deflate of a piece and of the end of the piece before it. */
export type Compress = (piece: Buffer, before: Buffer | undefined) => Promise<Buffer>

/**
 * Compresses pieces side by side into one gzip file, as pigz does: each refers to the end of the piece before it, which is known
 * beforehand. So the bytes depend on the content, the pieces' size and zlib alone, not on how many processors there are.
 */
export async function* parallelGzip(
  pieces: Iterable<Buffer>,
  compress: Compress = deflatePiece,
): AsyncGenerator<Buffer> {
  const sums = { crc: 0, bytes: 0 }
  const waiting: Promise<Buffer>[] = []
  let before: Buffer | undefined
  yield gzipHeader
  for (const piece of pieces) {
    sums.crc = crc32(piece, sums.crc)
    sums.bytes += piece.length
    waiting.push(compressed(compress, piece, before?.subarray(-windowBytes)))
    before = piece
    const first = waiting.length < inFlight ? undefined : waiting.shift()
    if (first !== undefined) yield await first
  }
  for (const next of waiting) yield await next
  yield trailer(sums)
}

/** Deflate, level and operating system unknown, no name, no time. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
/** An empty last block. */
const endOfDeflate = Buffer.from([3, 0])

const deflate = promisify<Buffer, object, Buffer>(deflateRaw)

/** A piece as raw deflate, which can refer to what came before it. */
export const deflatePiece: Compress = (piece, before) =>
  deflate(piece, {
    level: 6,
    // The end falls on a whole byte, and the next piece can follow.
    finishFlush: constants.Z_SYNC_FLUSH,
    // Room for all, so that a thread has it done in one go.
    chunkSize: piece.length + 1024,
    ...(before === undefined ? {} : { dictionary: before }),
  })

const compressed = (compress: Compress, piece: Buffer, before: Buffer | undefined): Promise<Buffer> => {
  const result = compress(piece, before)
  // When an earlier one fails nobody waits for this one any more.
  result.catch(() => undefined)
  return result
}

const trailer = ({ crc, bytes }: { crc: number; bytes: number }): Buffer => {
  const sums = Buffer.alloc(8)
  sums.writeUInt32LE(crc, 0)
  sums.writeUInt32LE(bytes % 2 ** 32, 4)
  return Buffer.concat([endOfDeflate, sums])
}
