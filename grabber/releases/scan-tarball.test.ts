import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Pack } from 'tar'
import { pipeline } from 'node:stream/promises'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { endOfArchive as end, member, pax, tarball, type Member } from '../../test/dev-env/tarball.ts'
import { scanTarball } from './scan-tarball.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'scan-'))
})
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

const limits = { unpackedSize: 100, entries: 10 }

const scan = async (bytes: Buffer, most = limits): Promise<void> => {
  const path = join(directory, 'artifact.tar.gz')
  writeFileSync(path, bytes)
  await scanTarball(path, most, AbortSignal.timeout(10_000))
}

const scanMembers = (...members: (Member | Buffer)[]): Promise<void> => scan(tarball(members))

describe('a hostile tarball is refused with its entry named', () => {
  test.each<[string, (Member | Buffer)[], RegExp]>([
    ['..', [{ name: 'ok' }, { name: '../x' }], /entry 2 '\.\.\/x': it has '\.\.' in its path/],
    ['.. inside', [{ name: 'a/../../x' }], /'\.\.' in its path/],
    ['absolute path', [{ name: '/etc/passwd' }], /entry 1 '\/etc\/passwd': it has an absolute path/],
    ['link to ..', [{ name: 'a/l', type: '2', target: '../../x' }], /link out of the release/],
    ['absolute link', [{ name: 'l', type: '2', target: '/etc' }], /link to the absolute path/],
    [
      'chain of links that climbs out',
      [
        { name: 'd/e/up', type: '2', target: '../..' },
        { name: 'g', type: '2', target: 'd/e/up/..' },
      ],
      /entry 2 'g': it is a link out/,
    ],
    [
      'entry below a link',
      [{ name: 'l', type: '2', target: '.' }, { name: 'l/x' }],
      /lies below 'l', which is a link/,
    ],
    [
      'link over a directory in use',
      [{ name: 'd/x' }, { name: 'd', type: '2', target: '.' }],
      /entry 2 'd': it is there twice/,
    ],
    ['hard link', [{ name: 'a' }, { name: 'b', type: '1', target: 'a' }], /is a hard link/],
    ['FIFO', [{ name: 'f', type: '6' }], /is a FIFO/],
    ['device', [{ name: 'f', type: '4' }], /is a block device/],
    ['unknown type', [{ name: 'f', type: 'S' }], /unknown type 'S'/],
    ['setuid', [{ name: 'f', mode: 0o4755 }], /is setuid or setgid/],
    ['setgid directory', [{ name: 'd/', type: '5', mode: 0o2755 }], /is setuid or setgid/],
    ['NUL in a PAX path', [pax({ path: 'a\0b' }), { name: 'a' }], /NUL in its name/],
    ['duplicate', [{ name: 'a' }, { name: './a' }], /is there twice/],
    ['duplicate by case', [{ name: 'README' }, { name: 'readme' }], /is there twice/],
    ['duplicate by Unicode form', [{ name: 'caf\u00e9' }, { name: 'cafe\u0301' }], /is there twice/],
    ['too many entries', Array.from({ length: 11 }, (_, i) => ({ name: `f${i}` })), /one more than the 10/],
    ['too many bytes', [{ name: 'f', content: 'x'.repeat(101) }], /goes beyond the 100 bytes/],
    ['too many bytes by PAX size', [pax({ size: '101' }), { name: 'f' }], /goes beyond the 100 bytes/],
    [
      'record that only tar would heed',
      [pax({ 'GNU.sparse.name': '/x' }), { name: 'f' }],
      /PAX record 'GNU.sparse.name'/,
    ],
    ['global PAX header', [{ name: 'g', type: 'g' }], /unknown type 'g'/],
    ["the grabber's marker", [{ name: '.release.json' }], /keeps for itself/],
    ['bytes behind the end', [{ name: 'a' }, end, { name: '../x' }], /bytes behind the end/],
    ['content in a link', [{ name: 'l', type: '2', target: 'x', content: 'y' }], /is a link with content/],
    ['escape sequence', [{ name: '\x1b]0;x\x07/../..' }], /entry 1 '\/\.\.\/\.\.'/],
  ])('%s', async (_name, members, message) => {
    await expect(scanMembers(...members)).rejects.toThrow(message)
  })

  test('a gzip bomb is left at the header that announces it', async () => {
    const bomb = gzipSync(Buffer.concat([member({ name: 'big', size: 2 ** 30 }), Buffer.alloc(2 ** 24)]))
    await expect(scan(bomb)).rejects.toThrow(/entry 1 'big': it goes beyond/)
  })

  test('endless padding is not read to its end', async () => {
    const padded = gzipSync(Buffer.concat([member({ name: 'a' }), Buffer.alloc(4 * 2 ** 20)]))
    await expect(scan(padded)).rejects.toThrow(/behind the end of the archive/)
  })

  test('bytes behind the compressed archive', async () => {
    const good = gzipSync(Buffer.concat([member({ name: 'a' }), end]))
    await expect(scan(Buffer.concat([good, Buffer.from('extra')]))).rejects.toThrow(/rejected/)
  })

  test('zeros behind the compressed archive', async () => {
    const good = gzipSync(Buffer.concat([member({ name: 'a' }), end]))
    await expect(scan(Buffer.concat([good, Buffer.alloc(5)]))).rejects.toThrow(/5 bytes behind the end/)
  })

  test('a truncated one', async () => {
    const whole = gzipSync(Buffer.concat([member({ name: 'a', content: 'x'.repeat(50) }), end]))
    await expect(scan(whole.subarray(0, -12))).rejects.toThrow(/rejected/)
    await expect(scan(gzipSync(member({ name: 'a' })))).rejects.toThrow(/ends in the middle/)
    await expect(scan(Buffer.from('not gzip at all'))).rejects.toThrow(/rejected/)
  })

  test('a changed header', async () => {
    const bytes = member({ name: 'a' })
    bytes[0] = 'b'.charCodeAt(0)
    await expect(scanMembers(bytes)).rejects.toThrow(/checksum/)
  })
})

describe('an honest tarball passes', () => {
  const long = `${'directory/'.repeat(12)}${'name'.repeat(20)}.js`
  const makeTree = (): string => {
    const tree = mkdtempSync(join(directory, 'tree-'))
    mkdirSync(join(tree, long, '..'), { recursive: true })
    writeFileSync(join(tree, long), 'x')
    mkdirSync(join(tree, 'node_modules/.bin'), { recursive: true })
    symlinkSync('../pkg/bin.js', join(tree, 'node_modules/.bin/run'))
    writeFileSync(join(tree, 'gr\u00fc\u00dfe.txt'), 'x'.repeat(700))
    return tree
  }

  test.each(['gnu', 'pax', 'ustar'])('of the system in format %s', async (format) => {
    const path = join(directory, `${format}.tar.gz`)
    execFileSync('tar', ['-czf', path, `--format=${format}`, '-C', makeTree(), '.'])
    await scanTarball(path, { unpackedSize: 701, entries: 17 }, AbortSignal.timeout(10_000))
  })

  test('of node-tar, cut into several gzip members', async () => {
    const path = join(directory, 'node.tar')
    const archive = new Pack({ cwd: makeTree(), portable: true })
    archive.add('.')
    archive.end()
    await pipeline(Readable.from(archive, { objectMode: false }), createWriteStream(path))
    execFileSync('sh', ['-c', '(head -c 1000 "$1" | gzip; tail -c +1001 "$1" | gzip) > "$1.gz"', 'cut', path])
    await scanTarball(`${path}.gz`, { unpackedSize: 701, entries: 17 }, AbortSignal.timeout(10_000))
  })
})
