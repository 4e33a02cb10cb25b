import { expect, test } from 'vitest'
import type { VersionCell } from '../../../../shared/api/versions.ts'
import { cellLook } from './cell-look.ts'

const cell = (changes: Partial<VersionCell> = {}): VersionCell => ({
  service: 'web',
  sync: 'in-sync',
  health: 'healthy',
  ...changes,
})

test('in sync and healthy is green', () => {
  expect(cellLook(cell(), 'reporting').tone).toBe('good')
})

test('a silent host is never green', () => {
  expect(cellLook(cell(), 'silent').tone).toBe('plain')
})

test('out of sync is bad, however healthy', () => {
  expect(cellLook(cell({ sync: 'out-of-sync' }), 'reporting')).toMatchObject({
    tone: 'bad',
    word: 'out of sync',
  })
})

test('what keeps ending is not green, though it answers now', () => {
  expect(cellLook(cell({ trouble: 'it was started again once' }), 'reporting')).toMatchObject({
    tone: 'warning',
    word: 'degraded',
  })
})

test('health that nobody knows is not green', () => {
  expect(cellLook(cell({ health: 'unknown' }), 'reporting').tone).toBe('plain')
})
