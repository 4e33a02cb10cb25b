import { expect, test } from 'vitest'
import { failedAtAfter } from './failed-at.ts'

test('a host failed in the state it was in before, also after it went back', () => {
  expect(failedAtAfter({ state: 'checking' }, 'rolling-back')).toBe('checking')
  expect(failedAtAfter({ state: 'rolling-back', failedAt: 'checking' }, 'rolled-back')).toBe('checking')
})

test('a host that is on its way again did not fail', () => {
  expect(failedAtAfter({ state: 'unreachable', failedAt: 'assigned' }, 'accepted')).toBeNull()
})
