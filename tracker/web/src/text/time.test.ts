import { expect, test } from 'vitest'
import { formatAge, formatDuration, formatRelative } from './time.ts'

test.each([
  [0, '0 ms'],
  [40.4, '40 ms'],
  [3210, '3.2 s'],
  [47_900, '47 s'],
  [60_000, '1 min'],
  [192_000, '3 min 12 s'],
  [7_500_000, '2 h 5 min'],
  [356_400_000, '4 d 3 h'],
])('%d ms lasted %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [200, 'now'],
  [12_300, '12 s'],
  [359_000, '5 min'],
  [9 * 86_400_000, '9 d'],
])('%d ms is the age %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text)
})

test('a time a little in the future is just now', () => {
  expect(formatRelative(10_500, 10_000)).toBe('just now')
})

test('a time in the past says how long ago', () => {
  expect(formatRelative(0, 65_000)).toBe('1 min ago')
})
