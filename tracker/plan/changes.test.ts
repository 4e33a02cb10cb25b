import { expect, test } from 'vitest'
import { digestOf, examplePlan, examplePlanHost } from '../../test/fixtures/example-plan.ts'
import { changesSince } from './changes.ts'
import type { Facts } from './look.ts'

const host = examplePlanHost
const then = examplePlan([host(1), host(2)])
const changes = (now: Partial<Facts>, before: Partial<Facts> = {}): string[] =>
  changesSince({ ...then, ...before }, { ...then, ...before, ...now })

test.each<[string, Partial<Facts>, string[]]>([
  ['nothing', {}, []],
  ['room, and what would be pulled', { hosts: [host(1, { pulls: 0, room: undefined }), host(2)] }, []],
  [
    'what a host has',
    { hosts: [host(1, { digest: digestOf(4), version: 'v4' }), host(2)] },
    ['web-1.prod now has v4 (v1 when the plan was made)'],
  ],
  [
    'that a host has nothing any more',
    { hosts: [host(1), host(2, { digest: undefined, version: undefined })] },
    ['web-2.prod now has nothing (v1 when the plan was made)'],
  ],
  [
    'the settings that a host runs with',
    { hosts: [host(1, { config: 4 }), host(2)] },
    ['web-1.prod now has v1, config 4 (v1 when the plan was made)'],
  ],
  ['a host that is new', { hosts: [host(1), host(2), host(3)] }, ['web-3.prod is new and matches']],
  ['a host that is gone', { hosts: [host(1)] }, ['web-2.prod no longer matches']],
  [
    'a host that fell silent',
    { hosts: [host(1), host(2, { silent: true })] },
    ['web-2.prod does not answer any more'],
  ],
  ['the quarantine', { quarantined: 'it is sick.' }, ['v2 is in quarantine now: it is sick']],
  [
    'the artifact',
    { digest: digestOf(3) },
    ['v2 is another artifact now (333333333333 instead of 222222222222)'],
  ],
])('%s', (_what, now, expected) => {
  expect(changes(now)).toEqual(expected)
})

test('a host that answers again, and a quarantine that is over', () => {
  const before = { hosts: [host(1, { silent: true })], quarantined: 'it is sick.' }
  expect(changes({ hosts: [host(1)], quarantined: undefined }, before)).toEqual([
    'v2 is no longer in quarantine',
    'web-1.prod answers again',
  ])
})

test('what was to be built then and is built now has not changed', () => {
  expect(changes({ digest: digestOf(2) }, { digest: undefined })).toEqual([])
})
