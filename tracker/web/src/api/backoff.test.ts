import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test('the first try comes quickly', () => {
  expect(backoffMs(0, 1)).toBe(250)
})

test('it doubles, up to ten seconds', () => {
  expect([1, 2, 3, 20].map((attempt) => backoffMs(attempt, 1))).toEqual([500, 1000, 2000, 10_000])
})

test('it is spread over half of its length', () => {
  expect(backoffMs(1, 0)).toBe(250)
})
