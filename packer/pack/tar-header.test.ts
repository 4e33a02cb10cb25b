import { expect, test } from 'vitest'
import type { TarEntry } from '../../shared/entry-rules.ts'
import { TarReader } from '../../shared/tar-entries.ts'
import { tarHeader } from './tar-header.ts'

const entry = { path: 'x', kind: 'file', size: 0, executable: false, target: '' } as const

/** What hosts read of it. */
const read = (header: Buffer): TarEntry | undefined => {
  let found: TarEntry | undefined
  new TarReader((entry) => (found = entry)).write(header)
  return found
}

test.each([
  ['a'.repeat(100), 512],
  [`${'d'.repeat(150)}/${'n'.repeat(99)}`, 512],
  [`${'d'.repeat(156)}/n`, 3 * 512],
  ['n'.repeat(101), 3 * 512],
  [`${'d/'.repeat(1500)}n`, 2 * 512 + 3072],
  ['ünï', 3 * 512],
  // 99 bytes of record say their own length with two digits, 100 with three.
  ...Array.from({ length: 4 }, (_, more): [string, number] => [`ü${'n'.repeat(86 + more)}`, 3 * 512]),
])('a header holds the name %s', (path, bytes) => {
  const header = tarHeader({ ...entry, path, size: 7 })
  expect(header).toHaveLength(bytes)
  expect(read(header)).toEqual({ type: '0', path, target: '', mode: 0o644, size: 7 })
})

test('a header holds a long way of a link, and a directory whose slash does not fit', () => {
  const target = `../${'ü'.repeat(200)}`
  expect(read(tarHeader({ ...entry, path: 'l', kind: 'link', target }))).toMatchObject({
    ...{ type: '2', path: 'l', target, size: 0 },
  })
  const path = 'd'.repeat(100)
  expect(read(tarHeader({ ...entry, path, kind: 'directory' }))).toMatchObject({
    ...{ type: '5', path: `${path}/`, mode: 0o755 },
  })
})

test.each([0o77777777777, 8 * 2 ** 30, 5 * 2 ** 40 + 1])('a header holds the size %d', (size) => {
  const header = tarHeader({ ...entry, size, executable: true })
  expect(read(header)).toMatchObject({ size, mode: 0o755 })
})
