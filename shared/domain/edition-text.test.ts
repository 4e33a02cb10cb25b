import { expect, test } from 'vitest'
import { changeText, editionText, targetText } from './edition-text.ts'

test('a version is named with its settings where it has some', () => {
  expect([editionText('v2', undefined), editionText('v2', 3)]).toEqual(['v2', 'v2, config 3'])
})

test('of a change only what changes is told', () => {
  expect(changeText({ version: 'v1' }, { version: 'v2' })).toBe('v1 → v2')
  expect(changeText({ version: 'v1', config: 1 }, { version: 'v2', config: 2 }, '≠')).toBe(
    'v1, config 1 ≠ v2, config 2',
  )
  expect(changeText({ version: 'v2', config: 2 }, { version: 'v2', config: 3 })).toBe('v2, config 2 → 3')
  expect(changeText({ version: 'v2', config: 2 }, { version: 'v2' })).toBe('v2, config 2 → v2')
})

test('a host that has it already, or had nothing, has no change', () => {
  expect(targetText({ version: 'v2', config: 3, previousVersion: 'v2', previousConfig: 3 })).toBe(
    'v2, config 3',
  )
  expect(targetText({ version: 'v2', config: 3 })).toBe('v2, config 3')
  expect(targetText({ version: 'v2', config: 3, previousVersion: 'v2' })).toBe('v2 → config 3')
})
