import { expect, test } from 'vitest'
import type { Dependency } from '../../shared/domain/build-record.ts'
import { changesBetween } from './changes.ts'

const npm = (name: string, version: string): Dependency => ({ kind: 'npm', name, version })
const nothing = { dependencies: [], directories: [], unpackedSize: 0 }

test('dependencies that came, went or changed are told, and no others', () => {
  const { dependencies } = changesBetween(
    { ...nothing, dependencies: [npm('a', '1'), npm('b', '1'), npm('b', '2'), npm('c', '1'), npm('d', '1')] },
    {
      ...nothing,
      dependencies: [
        { kind: 'pip', name: 'a', version: '1' },
        npm('a', '1'),
        npm('b', '2'),
        npm('c', '2'),
        npm('e', '1'),
      ],
    },
  )
  expect(dependencies).toEqual([
    { kind: 'npm', name: 'b', from: ['1', '2'], to: ['2'] },
    { kind: 'npm', name: 'c', from: ['1'], to: ['2'] },
    { kind: 'npm', name: 'd', from: ['1'], to: [] },
    { kind: 'npm', name: 'e', from: [], to: ['1'] },
    { kind: 'pip', name: 'a', from: [], to: ['1'] },
  ])
})

test('directories that are larger or smaller are told, the greatest difference first', () => {
  const size = (path: string, bytes: number) => ({ path, size: bytes, files: 1 })
  const changes = changesBetween(
    { ...nothing, unpackedSize: 60, directories: [size('a', 10), size('b', 20), size('c', 30)] },
    { ...nothing, unpackedSize: 90, directories: [size('a', 11), size('b', 20), size('d', 59)] },
  )
  expect(changes.unpackedSize).toEqual({ from: 60, to: 90 })
  expect(changes.directories).toEqual([
    { path: 'd', from: 0, to: 59 },
    { path: 'c', from: 30, to: 0 },
    { path: 'a', from: 10, to: 11 },
  ])
})
