import { expect, test } from 'vitest'
import type { KeepRuleView, UpkeepReport } from '../../../../shared/api/artifacts.ts'
import { growthText, keepCommand, missingText, removedText, ruleFor, totalOf } from './storage-view.ts'

const none = { count: 0, bytes: 0 }
const report: UpkeepReport = {
  at: 1,
  erased: none,
  orphans: none,
  recordsRemoved: none,
  leftovers: 0,
  records: [],
  missing: { count: 0, some: [] },
}

test('a clean-up says what it removed', () => {
  expect(removedText(report)).toBe('nothing was to be removed')
  const busy = { ...report, erased: { count: 2, bytes: 3_000_000 }, recordsRemoved: { count: 1, bytes: 900 } }
  expect(removedText({ ...busy, leftovers: 1 })).toBe(
    'removed 2 artifacts, 3.0 MB; 1 log or record of builds, 900 B; 1 unfinished upload',
  )
})

test('of what is missing some are named', () => {
  expect(missingText({ count: 1, some: ['web@v1'] })).toBe('web@v1')
  expect(missingText({ count: 3, some: ['web@v1'] })).toBe('web@v1 and 2 more')
})

test('the rule of a service is its own, or else that for all', () => {
  const all: KeepRuleView = { last: 10, days: 30, tags: ['*'] }
  const own: KeepRuleView = { service: 'web', last: 1, days: 2, tags: [] }
  expect(ruleFor([all, own], 'web')).toBe(own)
  expect(ruleFor([all, own], 'api')).toBe(all)
})

test('a rule as a command names all of it', () => {
  expect(keepCommand(undefined, { last: 3, days: 7, tags: ['v*', 'lts-*'] })).toBe(
    "tracker artifacts keep --last 3 --days 7 --tags 'v*' --tags 'lts-*'",
  )
  expect(keepCommand('web', { last: 0, days: 1, tags: [] })).toBe(
    'tracker artifacts keep web --last 0 --days 1 --tags none',
  )
})

test('sums and growth', () => {
  const usage = { artifacts: { count: 2, bytes: 10 }, inUse: none, growth: -5 }
  const services = [
    { service: 'web', ...usage },
    { service: 'api', ...usage },
  ]
  expect(totalOf(services)).toEqual({ artifacts: { count: 4, bytes: 20 }, growth: -10 })
  expect([growthText(-10), growthText(2000)]).toEqual(['−10 B', '+2.0 kB'])
})
