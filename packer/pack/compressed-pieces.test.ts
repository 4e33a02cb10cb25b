import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CompressedPieces } from './compressed-pieces.ts'
import { pack } from './pack.ts'

let top: string
let tree: string
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'pieces-'))
  tree = join(top, 'tree')
  for (let number = 0; number < 300; number++) {
    const directory = join(tree, 'node_modules', `package-${number}`)
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'index.js'), `exports.number = ${number}\n`.repeat(100))
  }
  await writeFile(join(tree, 'a-server.js'), 'console.log(1)\n')
})
afterEach(() => rm(top, { recursive: true }))

const manifest = {
  ...{ v: 1 as const, service: 'web', version: 'v1', commit: 'a'.repeat(40) },
  builtBy: { machine: 'linux-x64', tool: 'node20', revision: 1, format: 3, compression: 'zlib 1' },
  config: { service: 'web', build: { type: 'node' as const }, run: { command: 'node .' } },
}

const packed = async (pieces?: CompressedPieces): Promise<Buffer> => {
  await rm(join(tree, '.artifact.json'), { force: true })
  const file = join(top, 'packed.tar.gz')
  const compress = pieces && { compress: pieces.compress }
  await pack(tree, manifest, file, { signal: new AbortController().signal, ...compress })
  return readFile(file)
}
const directoryOf = async (): Promise<string> => {
  const [versioned = ''] = await readdir(join(top, 'pieces'))
  return join(top, 'pieces', versioned)
}
const kept = async (): Promise<string[]> => readdir(await directoryOf())

test('a tarball has the same bytes whether its pieces were kept, are taken, or neither', async () => {
  const without = await packed()
  const pieces = await CompressedPieces.open(join(top, 'pieces'))
  expect((await packed(pieces)).equals(without)).toBe(true)
  expect((await kept()).length).toBeGreaterThan(5)
  expect((await packed(pieces)).equals(without)).toBe(true)
})

test('what has changed is compressed anew with the piece after it, and nothing else', async () => {
  const pieces = await CompressedPieces.open(join(top, 'pieces'))
  await packed(pieces)
  const before = await kept()
  await writeFile(
    join(tree, 'a-server.js'),
    'console.log("something longer than it was before")\n'.repeat(50),
  )
  const taken = await packed(pieces)
  expect((await kept()).length - before.length).toBeLessThanOrEqual(2)
  expect(taken.equals(await packed())).toBe(true)
})

test('a piece that is not as it was written is compressed again', async () => {
  const without = await packed()
  const pieces = await CompressedPieces.open(join(top, 'pieces'))
  await packed(pieces)
  for (const name of await kept()) {
    const path = join(await directoryOf(), name)
    const bytes = await readFile(path)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 3) ^ 1, bytes.length - 3)
    await writeFile(path, bytes)
  }
  expect((await packed(pieces)).equals(without)).toBe(true)
})

test('those that were not used for longest make room, and what was half-written is cleared away', async () => {
  await packed(await CompressedPieces.open(join(top, 'pieces')))
  const [old = '', ...others] = await kept()
  const directory = await directoryOf()
  await utimes(join(directory, old), 1, 1)
  await writeFile(join(directory, `${old}.0123abcd`), 'half')
  const sizes = await Promise.all(others.map(async (name) => (await readFile(join(directory, name))).length))
  const pieces = await CompressedPieces.open(
    join(top, 'pieces'),
    sizes.reduce((sum, size) => sum + size, 0),
  )
  expect((await kept()).sort()).toEqual(others.sort())
  await packed(pieces)
  expect(await kept()).toContain(old)
})
