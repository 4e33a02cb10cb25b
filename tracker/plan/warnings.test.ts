import { expect, test } from 'vitest'
import { digestOf, exampleCommits, examplePlan, examplePlanHost } from '../../test/fixtures/example-plan.ts'
import type { Deploy } from '../db/deploys.ts'
import { groupByVersion } from './present.ts'
import { warningsOf, type Prospect } from './warnings.ts'

const host = examplePlanHost
const none = { digest: undefined, version: undefined }
const warn = (more: Partial<Prospect>): string[] => {
  const plan = examplePlan(more.hosts ?? [host(1), host(2)])
  const present = groupByVersion(plan.hosts)
  return warningsOf({ ...plan, present, busy: [], restrictions: [], ...more }).map(
    ({ kind, message }) => `${kind}: ${message}`,
  )
}
const v1 = { version: 'v1', digest: digestOf(1), hosts: 2 }

test('of a plain upgrade nothing is to be said', () => {
  expect(warn({})).toEqual([])
})

test.each<[string, Partial<Prospect>, string[]]>([
  [
    'another deploy of the service',
    {
      busy: [{ deploy: { createdBy: 'ann', id: 11, state: 'rolling' } as Deploy, hostNames: ['web-1.prod'] }],
    },
    [
      'busy: web is being deployed by ann (deploy 11, rolling) on web-1.prod: until that ends, no other deploy of it begins there.',
    ],
  ],
  [
    'locks, then freezes',
    {
      restrictions: (['freeze', 'lock'] as const).map((kind) => ({
        ...{ kind, owner: 'ann', reason: 'x', until: 1 },
        text: `A ${kind} of ann.`,
      })),
    },
    ['lock: A lock of ann.', 'freeze: A freeze of ann.'],
  ],
  [
    'a version in quarantine',
    { quarantined: 'web-1: it is sick.' },
    ['quarantine: web v2 is in quarantine (web-1: it is sick): it is refused without --force.'],
  ],
  [
    'one that is let in',
    { quarantined: 'web-1: it is sick.', force: true },
    ['quarantine: web v2 is in quarantine (web-1: it is sick); --force lets it in.'],
  ],
  [
    'a version that is older',
    {
      present: [{ ...v1, version: 'v3', gained: exampleCommits(), lost: exampleCommits('one', 'two') }],
    },
    ['downgrade: A downgrade on 2 hosts: v2 is 2 commits behind v3.'],
  ],
  [
    'a version of another branch',
    { present: [{ ...v1, hosts: 1, gained: exampleCommits('a', 'b'), lost: exampleCommits('c') }] },
    ['diverged: v2 is no successor of v1, which 1 host has: 1 commit would go, 2 would come.'],
  ],
  [
    'a version that is later',
    { present: [{ ...v1, gained: exampleCommits('a'), lost: exampleCommits() }] },
    [],
  ],
  [
    'silent hosts',
    { hosts: [host(1), host(2, { silent: true })] },
    ['silent: web-2.prod: no answer; tried last, and brought up to date when back.'],
  ],
  [
    'hosts that have it already',
    { hosts: [host(1, { digest: digestOf(2), version: 'v2' }), host(2)] },
    [
      'same-version: v2 is there already on 1 host: web-1.prod.',
      'versions: The hosts differ: v2 on 1 host, v1 on 1 host.',
    ],
  ],
  [
    'all of them',
    { hosts: [host(1, { digest: digestOf(2), version: 'v2' })] },
    ['same-version: All 1 host have v2 already.'],
  ],
  [
    'hosts with different versions, with an unknown one, and with none',
    { hosts: [host(1), host(2), host(3, { version: undefined, digest: 'e'.repeat(64) }), host(4, none)] },
    ['versions: The hosts differ: v1 on 2 hosts, eeeeeeeeeeee on 1 host, nothing on 1 host.'],
  ],
  [
    'hosts of different clusters',
    { hosts: [host(1), host(2), host(3, { cluster: 'test' })] },
    ['clusters: The hosts are in 2 clusters: prod (2 hosts), test (1 host).'],
  ],
  [
    'too little room, whatever else the host says of it',
    {
      hosts: [
        host(1, {
          refusal: 'There is not enough room in /srv.',
          room: { services: { free: 12e6, needed: 64e6 }, state: { free: 4e9, needed: 1 } },
        }),
        host(2, { room: { services: { free: 4e9, needed: 1 }, state: { free: 0, needed: 65_536 } } }),
      ],
    },
    [
      'no-room: Not enough room on 2 hosts: web-1.prod (12.0 MB free, 64.0 MB needed), web-2.prod (0 B free, 66 kB needed).',
    ],
  ],
  [
    'hosts that would refuse it, each reason once',
    {
      hosts: [
        host(1, { refusal: 'Port 80 of web is held.' }),
        host(2, { refusal: 'Port 80 of web is held.' }),
        host(3, { refusal: 'current was not made by the grabber.' }),
      ],
    },
    [
      'refused: web-1.prod, web-2.prod would refuse it: Port 80 of web is held.',
      'refused: web-3.prod would refuse it: current was not made by the grabber.',
    ],
  ],
])('%s', (_what, prospect, expected) => {
  expect(warn(prospect)).toEqual(expected)
})

test('very many reasons are bounded', () => {
  const hosts = Array.from({ length: 40 }, (_, index) => host(index + 1, { refusal: `Reason ${index}.` }))
  const said = warn({ hosts })
  expect(said).toHaveLength(6)
  expect(said[5]).toBe(
    'refused: web-6.prod, web-7.prod, web-8.prod, web-9.prod, web-10.prod and 30 more would refuse it too.',
  )
})
