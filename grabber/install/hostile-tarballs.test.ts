import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { releasesDir, serviceDir, stagingDir } from '../../shared/host/layout.ts'
import { LoneHost } from '../../test/dev-env/lone-host.ts'
import { archive, member, pax, tarball, type Member } from '../../test/dev-env/tarball.ts'

let host: LoneHost

beforeEach(async () => {
  host = await LoneHost.create()
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
})

const limits = { version: 'v1', unpackedSize: 1000, entries: 10 }

/** Every name below the host's own directories, but the grabber's journal. */
const namesOf = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()

const refused = async (bytes: Buffer, message: RegExp): Promise<void> => {
  const top = join(host.paths.root, '..')
  const outside = (): string[] => namesOf(top).filter((name) => !/^(srv|state)(\/|$)/.test(name))
  const before = outside()
  const states = await host.install(host.store(bytes, limits))
  expect(states).toEqual(['accepted', 'fetching', 'verifying', 'failed'])
  expect(host.lastEvent.error).toMatch(message)
  expect(existsSync(stagingDir(host.paths, 'web'))).toBe(false)
  expect(readdirSync(releasesDir(host.paths, 'web'))).toEqual([])
  expect(namesOf(serviceDir(host.paths, 'web'))).toEqual(['releases', 'shared'])
  expect(outside()).toEqual(before)
}

const ok: Member = { name: 'ok', content: 'fine' }

describe('an order for a hostile tarball fails, naming the entry, and nothing of it is left', () => {
  test.each<[string, (Member | Buffer)[], RegExp]>([
    ['42 a path with ..', [ok, { name: '../../../../escaped' }], /entry 2 '\.\.\/.*escaped': it has '\.\.'/],
    ['43 an absolute path', [ok, { name: '/tmp/escaped' }], /entry 2 '\/tmp\/escaped': .*absolute/],
    [
      '44 an escaping link',
      [ok, { name: 'l', type: '2', target: '../../x' }],
      /entry 2 'l': .*out of the release/,
    ],
    [
      '44 a file behind a link that leads out',
      [{ name: 'l', type: '2', target: '/tmp' }, { name: 'l/escaped' }],
      /entry 1 'l': .*absolute path '\/tmp'/,
    ],
    ['45 a hard link', [ok, { name: 'h', type: '1', target: 'ok' }], /entry 2 'h': it is a hard link/],
    ['46 a FIFO', [ok, { name: 'f', type: '6' }], /entry 2 'f': it is a FIFO/],
    ['46 a character device', [ok, { name: 'd', type: '3' }], /entry 2 'd': it is a character device/],
    ['46 a block device', [ok, { name: 'd', type: '4' }], /entry 2 'd': it is a block device/],
    ['47 setuid', [ok, { name: 's', mode: 0o4755 }], /entry 2 's': it is setuid/],
    [
      '49 an entry beyond the limit',
      [ok, { name: 'big', size: 2 ** 33 - 1 }],
      /entry 2 'big': .*beyond the 1000/,
    ],
    [
      '49 more entries than were signed',
      Array.from({ length: 11 }, (_, index) => ({ name: `f${index}` })),
      /entry 11 'f10': it is one more than the 10/,
    ],
    [
      '50 a duplicate by case',
      [{ name: 'README' }, { name: 'readme' }],
      /entry 2 'readme': it is there twice/,
    ],
    [
      '50 a duplicate by Unicode form',
      [{ name: 'caf\u00e9' }, { name: 'cafe\u0301' }],
      /entry 2 'cafe\u0301': it is there twice/,
    ],
    ['51 a NUL in a PAX path', [ok, pax({ path: 'a\0b' }), { name: 'a' }], /entry 2 .*NUL in its name/],
    [
      '51 a NUL in a PAX link target',
      [pax({ linkpath: 'a\0b' }), { name: 'l', type: '2' }],
      /entry 1 'l': .*NUL/,
    ],
  ])('%s', async (_name, members, message) => {
    await refused(tarball(members), message)
  })

  test('48 a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.concat([member({ name: 'bomb', size: 2 ** 28 }), Buffer.alloc(2 ** 26)]))
    expect(bomb.length).toBeLessThan(2 ** 17)
    await refused(bomb, /entry 1 'bomb': it goes beyond the 1000 bytes/)
  })

  test('48 a gzip bomb of padding', async () => {
    await refused(
      gzipSync(Buffer.concat([archive([ok]), Buffer.alloc(2 ** 26)])),
      /rejected: there are bytes behind the end of the archive/,
    )
  })

  test('52 members behind the end of the archive', async () => {
    const more = Buffer.concat([archive([ok]), archive([{ name: '../escaped' }])])
    await refused(gzipSync(more), /rejected: there are bytes behind the end/)
  })

  test('52 bytes behind the end of the compression', async () => {
    await refused(Buffer.concat([tarball([ok]), Buffer.from('trailing')]), /rejected/)
  })
})
