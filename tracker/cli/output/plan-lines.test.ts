import { describe, expect, test } from 'vitest'
import {
  digestOf,
  exampleCommits,
  examplePlan,
  examplePlanHost,
} from '../../../test/fixtures/example-plan.ts'
import { painter } from './palette.ts'
import { planLines } from './plan-lines.ts'
import { widthOf } from './width.ts'

const host = examplePlanHost
const linesOf = (plan: Parameters<typeof planLines>[0], more = {}): string[] =>
  planLines(plan, { columns: 120, paint: painter(false), isEveryHost: false, ...more })

const mixed = examplePlan(
  [
    host(1),
    host(2),
    host(3, { room: { services: { free: 2e9, needed: 1 }, state: { free: 1e9, needed: 1 } } }),
    host(4, { digest: digestOf(2), version: 'v2', pulls: 0 }),
    host(5, { batch: 2, digest: undefined, version: undefined, refusal: 'Port 80 of web is held.' }),
    host(6, { batch: 2, silent: true, pulls: undefined, room: undefined }),
  ],
  {
    changes: 5,
    present: [
      {
        version: 'v1',
        digest: digestOf(1),
        hosts: 4,
        gained: exampleCommits('Greet', 'Mend'),
        lost: exampleCommits(),
      },
      {
        ...{ version: 'v3', digest: digestOf(3), hosts: 1, gained: exampleCommits() },
        lost: { count: 31, latest: exampleCommits('Sing\u001b[2J').latest },
      },
    ],
    warnings: [
      { kind: 'silent', message: 'web-6.prod: no answer.\u001b[2J' },
      { kind: 'same-version', message: 'v2 is there already on 1 host: web-4.prod.' },
    ],
  },
)

describe('a plan', () => {
  test('is shown by batch and by what hosts have now, with warnings and commits', () => {
    expect(linesOf(mixed)).toEqual([
      'Plan 17  web v2  6 hosts, 5 would change',
      '  commit bbbbbbbbbb, 10.4 MB; 41.6 MB to pull in all',
      '',
      'BATCH   CHANGE          HOSTS  PULL     FREE     WHO',
      'canary  v1 → v2         1      10.4 MB  40.0 GB  web-1.prod',
      '1       v1 → v2         2      20.8 MB  2.0 GB   web-2.prod, web-3.prod',
      '        v2              1      0 B      40.0 GB  web-4.prod',
      '2       nothing → v2 !  1      10.4 MB  40.0 GB  web-5.prod',
      '        v1 → v2 ?       1      -        -        web-6.prod',
      '',
      '  ! web-6.prod: no answer.',
      '  note: v2 is there already on 1 host: web-4.prod.',
      '',
      '  v1 → v2 brings 2 commits:',
      '    0000000000  Greet  Ann',
      '    1111111111  Mend  Ann',
      '  v3 → v2 takes away 31 commits:',
      '    0000000000  Sing  Ann',
      '    … and 30 more',
      '',
      'deploy it: tracker deploy --plan-id 17',
    ])
  })

  test('of new settings alone shows these', () => {
    const has = { digest: digestOf(2), version: 'v2' }
    const plan = examplePlan([host(1, { ...has, config: 2 }), host(2, { ...has, config: 3 })], { config: 3 })
    const lines = linesOf(plan)
    expect(lines[0]).toBe('Plan 17  web v2, config 3  2 hosts, 2 would change')
    expect(lines[4]).toMatch(/^canary +v2, config 2 → 3 +1/)
    expect(lines[5]).toMatch(/^1 +v2, config 3 +1/)
  })

  test('shows every host when asked to', () => {
    const lines = linesOf(mixed, { isEveryHost: true })
    expect(lines[3]).toMatch(/^HOST +CLUSTER +BATCH +CHANGE +PULL +FREE +NOTE$/)
    expect(lines[8]).toMatch(
      /^web-5\.prod +prod +2 +nothing → v2 ! +10\.4 MB +40\.0 GB +Port 80 of web is held\.$/,
    )
  })

  test('of what is still to be built, and of which no packer knows more, says so', () => {
    const hosts = [host(1, { pulls: undefined })]
    const lines = linesOf(
      examplePlan(hosts, { digest: undefined, size: undefined, commitsUnknown: 'No packer answers.' }),
    )
    expect(lines[1]).toBe('  commit bbbbbbbbbb, to be built')
    expect(lines).toContain('  Which commits lie between is not known: No packer answers.')
  })

  test.each([
    ['in a few batches', 125],
    ['one by one', 1],
  ])('of 500 hosts fits on a screen, %s', (_, batch) => {
    const hosts = Array.from({ length: 500 }, (_, index) =>
      host(index + 1, { batch: Math.ceil(index / batch) }),
    )
    const lines = linesOf(examplePlan(hosts), { columns: 80 })
    expect(lines.length).toBeLessThan(25)
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80)
    if (batch === 1) expect(lines).toContain('… and 485 hosts more in 485 groups: --hosts')
  })
})
