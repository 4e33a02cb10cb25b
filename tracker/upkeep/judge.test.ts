import { expect, test } from 'vitest'
import type { KeepRule } from '../../shared/domain/keep-rule.ts'
import type { StoredArtifact } from '../db/artifacts.ts'
import { judge } from './judge.ts'

const day = 24 * 3_600_000
const now = 1000 * day
const commit = 'c0ffee'.padEnd(40, '0')

const artifact = (digest: string, ageInDays: number, version = 'c0ffee0000'): StoredArtifact => ({
  ...{ digest, service: 'web', version, commit, size: 1 },
  createdAt: now - ageInDays * day,
})

const rule = (more: Partial<KeepRule> = {}): KeepRule => ({ last: 0, days: 1, tags: [], ...more })

test.each<[string, StoredArtifact, KeepRule, string[]]>([
  ['what nothing keeps', artifact('a', 2), rule(), []],
  ['what is in use', artifact('used', 900), rule(), ['runs on web-1', 'is wanted on web-1']],
  ['what is younger than a day, whatever is set', artifact('a', 0.9), rule(), ['is younger than a day']],
  ['what is younger than the rule says', artifact('a', 6), rule({ days: 7 }), ['is younger than 7 days']],
  ['what is as old as the rule says', artifact('a', 7), rule({ days: 7 }), []],
  ['the newest', artifact('a', 900), rule({ last: 1 }), ['is the newest']],
  ['a tag', artifact('a', 900, 'v1'), rule({ tags: ['*'] }), ['is a tag']],
  ['a tag of one of the patterns', artifact('a', 900, 'v1.2'), rule({ tags: ['rel-*', 'v*'] }), ['is a tag']],
  ['a tag as it is called', artifact('a', 900, 'v1'), rule({ tags: ['v1'] }), ['is a tag']],
  ['another tag', artifact('a', 900, 'v10'), rule({ tags: ['v1'] }), []],
  ['a tag in pieces', artifact('a', 900, 'web/v1-final'), rule({ tags: ['web*v*-f*l'] }), ['is a tag']],
  ['a tag whose pieces overlap', artifact('a', 900, 'va'), rule({ tags: ['va*a'] }), []],
  ['a commit is no tag', artifact('a', 900), rule({ tags: ['*'] }), []],
])('%s', (_, one, by, reasons) => {
  const uses = new Map([['used', ['runs on web-1', 'is wanted on web-1']]])
  expect(judge([one], uses, by, now)).toEqual([{ artifact: one, keptBecause: reasons }])
})

test('of several, the newest so many', () => {
  const all = [artifact('c', 2), artifact('b', 3), artifact('a', 4)]
  const reasons = judge(all, new Map(), rule({ last: 2 }), now).map(({ keptBecause }) => keptBecause)
  expect(reasons).toEqual([['is one of the newest 2'], ['is one of the newest 2'], []])
})

test('a pattern of many stars is done with at once', () => {
  const tags = ['*a'.repeat(100)]
  const one = artifact('a', 900, `${'a'.repeat(199)}b`)
  expect(judge([one], new Map(), rule({ tags }), now)).toEqual([{ artifact: one, keptBecause: [] }])
})
