import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { parallelGzip } from './parallel-gzip.ts'

/** Bytes that look like text, the same ones each time. */
const text = (bytes: number): Buffer => {
  const words = Array.from({ length: bytes / 8 }, (_, number) => `${(number * 7919) % 65_521}\n`)
  return Buffer.from(words.join('').padEnd(bytes, '.').slice(0, bytes))
}
const cut = (whole: Buffer, bytes: number): Buffer[] =>
  Array.from({ length: Math.ceil(whole.length / bytes) }, (_, index) =>
    whole.subarray(index * bytes, (index + 1) * bytes),
  )
const gzipped = (pieces: Iterable<Buffer>): Promise<Buffer> => buffer(Readable.from(parallelGzip(pieces)))

test.each([
  ['nothing', 0, 1000],
  ['one piece', 900, 1000],
  ['pieces smaller than the window', 50_000, 1000],
  ['pieces larger than the window', 1_000_000, 100_000],
])('%s comes out as it went in, for Node.js and for gzip', async (_, bytes, pieceBytes) => {
  const whole = text(bytes)
  const file = await gzipped(cut(whole, pieceBytes))
  expect(gunzipSync(file).equals(whole)).toBe(true)
  expect(execFileSync('gzip', ['-dc'], { input: file }).equals(whole)).toBe(true)
})

test('a piece uses what the one before it said', async () => {
  const random = createHash('sha512').update('').digest()
  const [once, ten] = [await gzipped([random]), await gzipped(Array<Buffer>(10).fill(random))]
  expect(ten.length - once.length).toBeLessThan(9 * 20)
})

test('no more pieces are in hand than are being compressed', async () => {
  const [most, whole] = [7, text(1_000_000)]
  const seen = { taken: 0, given: 0, inHand: 0 }
  const pieces = function* (): Generator<Buffer> {
    for (const piece of cut(whole, 10_000)) {
      seen.taken += 1
      seen.inHand = Math.max(seen.inHand, seen.taken - seen.given)
      yield piece
    }
  }
  for await (const chunk of parallelGzip(pieces())) seen.given += chunk.length > 20 ? 1 : 0
  expect(seen).toEqual({ taken: 100, given: 100, inHand: most - 1 })
})
