import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, cp, link, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ArtifactManifest } from '../../shared/domain/artifact.ts'
import { listEntries } from './list-entries.ts'
import { pack } from './pack.ts'
import { tarStream } from './tar-stream.ts'

const manifest = {
  v: 1 as const,
  service: 'web',
  version: 'v1',
  commit: 'a'.repeat(40),
  builtBy: { machine: 'linux-x64', tool: 'node20', revision: 1, format: 3, compression: 'zlib 1' },
  config: {
    service: 'web',
    build: { type: 'node' as const },
    run: { command: 'node .', stop: { grace: '3s' } },
  },
}
let top: string
let tree: string
const packed = async (name = 'out.tgz', directory = tree) =>
  (await pack(directory, manifest, join(top, name), { signal: new AbortController().signal })).packed
const listing = (name = 'out.tgz'): string[] =>
  execFileSync('tar', ['-tvzf', join(top, name), '--numeric-owner', '--full-time'], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  })
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +/g, ' '))

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'packer-pack-'))
  tree = join(top, 'tree')
  await mkdir(join(tree, 'lib'), { recursive: true })
  await writeFile(join(tree, 'lib/b'), 'bbb')
  await writeFile(join(tree, 'lib-a'), 'a')
  await writeFile(join(tree, 'run'), '#!/bin/sh\n', { mode: 0o6775 })
  await symlink('lib/b', join(tree, 'link'))
})
afterEach(() => rm(top, { recursive: true, force: true }))

describe('a tarball', () => {
  test('is sorted, with fixed owner, time and modes, and says its size', async () => {
    await chmod(join(tree, 'lib/b'), 0o600)
    const result = await packed()
    expect(listing().map((line) => line.replace(/(2000|1970)-01-01 00:00:00 /, ''))).toEqual([
      expect.stringMatching(/^-rw-r--r-- 0\/0 \d+ \.artifact\.json$/),
      'drwxr-xr-x 0/0 0 lib/',
      '-rw-r--r-- 0/0 1 lib-a',
      '-rw-r--r-- 0/0 3 lib/b',
      expect.stringMatching(/^lrw.* 0\/0 0 link -> lib\/b$/),
      '-rwxr-xr-x 0/0 10 run',
    ])
    const bytes = await readFile(join(top, 'out.tgz'))
    const text = execFileSync('tar', ['-xzOf', join(top, 'out.tgz'), '.artifact.json'])
    expect(ArtifactManifest.parse(JSON.parse(text.toString())).config.run.stop.grace).toBe(3000)
    expect(result).toEqual({
      digest: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
      unpackedSize: text.length + 1 + 3 + 10,
      entries: 6,
    })
  })

  test('of the same files elsewhere, at another time, by another hand is the same', async () => {
    const other = join(top, 'other')
    await cp(tree, other, { recursive: true, verbatimSymlinks: true })
    await utimes(join(other, 'lib/b'), 1, 1)
    await chmod(join(other, 'lib-a'), 0o666)
    expect((await packed('one.tgz')).digest).toBe((await packed('two.tgz', other)).digest)
  })

  test('holds hard links as files, and long and foreign names', async () => {
    await link(join(tree, 'lib/b'), join(tree, 'lib/c'))
    const long = `lib/${'ü'.repeat(100)}/${'n'.repeat(200)}`
    await mkdir(join(tree, long, '..'))
    await writeFile(join(tree, long), '')
    await packed()
    expect(listing().filter((line) => line.endsWith('lib/b') || line.endsWith('lib/c'))).toEqual([
      expect.stringMatching(/^-.* 3 /),
      expect.stringMatching(/^-.* 3 /),
      expect.stringMatching(/^l/),
    ])
    const into = join(top, 'into')
    await mkdir(into)
    execFileSync('tar', ['-xzf', join(top, 'out.tgz'), '-C', into])
    expect(await readFile(join(into, long), 'utf8')).toBe('')
  })

  test('has, compression aside, the bytes that this version of the format always had', async () => {
    await writeFile(join(tree, 'large'), Buffer.alloc(1_200_000, 'large file '))
    await packed()
    const tar = gunzipSync(await readFile(join(top, 'out.tgz')))
    expect(createHash('sha256').update(tar).digest('hex')).toBe(
      'cc7362e6b7dbaeaebbc7234a4d180f92685c5c34e17406d2eb89e45e92835649',
    )
  })

  test('is cut into the pieces that this version of the format always had', async () => {
    for (let number = 0; number < 100; number++) await writeFile(join(tree, `lib/${number}`), `${number}`)
    await writeFile(join(tree, 'large'), Buffer.alloc(30_000))
    const pieces = [...tarStream(tree, await listEntries(tree), 20_000)]
    expect(pieces.map((piece) => piece.length)).toEqual([
      ...[20_000, 20_000, 448, 6144, 20_000, 20_000, 12_224, 20_000, 17_376, 2048],
    ])
  })

  test('is not written when a file shrinks meanwhile', async () => {
    const entries = await listEntries(tree)
    await writeFile(join(tree, 'lib/b'), 'b')
    expect(() => [...tarStream(tree, entries, 1000)]).toThrow("'lib/b' became shorter while it was packed.")
  })

  test('is listed by directories, between which others have their turn', async () => {
    let turns = 0
    const turn = (): void => {
      turns += 1
      next = setImmediate(turn)
    }
    let next = setImmediate(turn)
    for (const name of ['a', 'b', 'c']) await mkdir(join(tree, name))
    const before = turns
    await listEntries(tree)
    clearImmediate(next)
    expect(turns - before).toBeGreaterThanOrEqual(4)
  })

  test('leaves out .git and tool caches', async () => {
    await mkdir(join(tree, '.git'))
    await mkdir(join(tree, 'node_modules/.cache/x'), { recursive: true })
    await packed()
    expect(listing().some((line) => /\.git|\.cache/.test(line))).toBe(false)
  })
})

describe('what cannot be in an artifact is named', () => {
  test.each([
    ['/etc/passwd', /'bad' .*outside of the artifact/],
    ['../../x', /'bad' .*outside of the artifact/],
    ['lib/up/../../x', /'bad' .*outside of the artifact/],
  ])('a link to %s', async (target, message) => {
    await writeFile(join(top, 'x'), '')
    await symlink('..', join(tree, 'lib/up'))
    await symlink(target, join(tree, 'bad'))
    await expect(packed()).rejects.toThrow(message)
  })

  test('a socket', async () => {
    const server = createServer().listen(join(tree, 'sock'))
    await new Promise((resolve) => server.once('listening', resolve))
    await expect(packed()).rejects.toThrow(/'sock' cannot be in an artifact: it is a socket/)
    server.close()
  })

  test('two names that differ only in case: hosts would refuse them', async () => {
    await writeFile(join(tree, 'README'), '')
    await writeFile(join(tree, 'readme'), '')
    await expect(packed()).rejects.toThrow(/'readme' cannot be in an artifact: it is there twice/)
  })

  test('a link whose target climbs back behind a name: hosts would refuse it', async () => {
    await writeFile(join(tree, 'x'), '')
    await symlink('lib/../x', join(tree, 'bad'))
    await expect(packed()).rejects.toThrow(/'bad' cannot be in an artifact: it is a link out/)
  })

  test('a name with a line end', async () => {
    await writeFile(join(tree, 'a\nb'), '')
    await expect(packed()).rejects.toThrow(/control characters/)
  })

  test('a manifest of the repo’s own', async () => {
    await writeFile(join(tree, '.artifact.json'), '{}')
    await expect(packed()).rejects.toThrow(/\.artifact\.json, which is the packer's to write/)
  })
})
