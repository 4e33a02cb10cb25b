import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endOfArchive, member, tarball, type Member } from '../../test/dev-env/tarball.ts'
import { inspect, type Inspected } from './inspect.ts'

let top: string
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'packer-inspect-'))
})
afterAll(() => rm(top, { recursive: true }))

const manifest = {
  v: 1,
  service: 'web',
  version: 'v1',
  commit: 'a'.repeat(40),
  builtBy: { machine: 'linux-x64', tool: 'node20', revision: 1, format: 3, compression: 'zlib 1' },
  config: { service: 'web', build: { type: 'node' }, run: { command: 'node .', stop: { grace: '3s' } } },
}
const saying = (content: unknown): Member => ({ name: './.artifact.json', content: JSON.stringify(content) })

const look = async (bytes: Buffer): Promise<Inspected> => {
  const file = join(top, 'artifact.tar.gz')
  await writeFile(file, bytes)
  return inspect(file, AbortSignal.timeout(10_000))
}

test('an artifact is told of as written, its files by directory and dependency', async () => {
  const found = await look(
    tarball([
      { name: './', type: '5' },
      saying(manifest),
      { name: 'a.js', content: 'abc' },
      { name: 'dist/x/y.js', content: 'x'.repeat(40) },
      { name: 'link', type: '2', target: 'a.js' },
      { name: 'node_modules/@s/p/lib/i.js', content: 'x'.repeat(50) },
      { name: 'node_modules/@s/p/node_modules/q/i.js', content: 'x'.repeat(5) },
      { name: 'node_modules/r/i.js', content: 'x'.repeat(7) },
    ]),
  )
  expect(found.manifest).toEqual(manifest)
  const own = JSON.stringify(manifest).length
  expect(found).toMatchObject({ entries: 7, unpackedSize: 105 + own })
  expect(found.directories).toEqual([
    { path: '.', size: 3 + own, files: 2 },
    { path: 'node_modules/@s/p', size: 55, files: 2 },
    { path: 'dist', size: 40, files: 1 },
    { path: 'node_modules/r', size: 7, files: 1 },
  ])
  expect(found.files).toContainEqual({ kind: 'link', path: 'link', size: 0, target: 'a.js' })
})

describe('is refused in one sentence', () => {
  test.each<[string, Buffer, RegExp]>([
    [
      'a way out',
      tarball([saying(manifest), { name: '../x' }]),
      /entry 2 '\.\.\/x': it has '\.\.' in its path\.$/,
    ],
    ['a device', tarball([{ name: 'f', type: '4' }]), /it is a block device\.$/],
    ['no manifest', tarball([{ name: 'f' }]), /there is no \.artifact\.json in it\.$/],
    [
      'a manifest that is a link',
      tarball([{ name: '.artifact.json', type: '2', target: 'f' }]),
      /has to be a file/,
    ],
    [
      'a manifest that is no JSON',
      tarball([{ name: '.artifact.json', content: '{' }]),
      /\.artifact\.json is not JSON\.$/,
    ],
    ['a manifest of another version', tarball([saying({ ...manifest, v: 2 })]), /not one .* knows: v: /],
    [
      'a huge manifest',
      tarball([{ name: '.artifact.json', content: 'x'.repeat(200_000) }]),
      /is 200000 bytes/,
    ],
    ['what is not compressed', Buffer.from('plain'), /it is no gzip archive, or a damaged one\.$/],
    ['half of one', gzipSync(member(saying(manifest))), /the archive ends in the middle\.$/],
    [
      'one cut short',
      tarball([saying(manifest)]).subarray(0, -9),
      /it is no gzip archive, or a damaged one\.$/,
    ],
    [
      'bytes behind the end',
      gzipSync(Buffer.concat([member(saying(manifest)), endOfArchive, Buffer.from('x'.repeat(512))])),
      /behind the end of the archive/,
    ],
  ])('%s', async (_, bytes, message) => {
    const refused = await look(bytes).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'invalid' })
    expect((refused as Error).message).toMatch(message)
  })

  test('what is not there, or a directory', async () => {
    await expect(inspect(join(top, 'nope'), AbortSignal.timeout(5000))).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(inspect(top, AbortSignal.timeout(5000))).rejects.toMatchObject({ code: 'not-found' })
  })
})
