import { describe, expect, test } from 'vitest'
import { FailureGroup } from './failure-group.ts'
import { groupFailures, type HostOutcome } from './group-failures.ts'
import { tellingLines } from './telling-lines.ts'

const host = (number: number, more: Partial<HostOutcome> = {}): HostOutcome => ({
  hostId: `h${String(number).padStart(12, '0')}`,
  hostName: `web-${number}.prod`,
  state: 'rolled-back',
  failedAt: 'checking',
  error: 'web ended by itself (exit code 1) within 55 ms of its start.',
  ...more,
})

const many = (count: number, of: (number: number) => HostOutcome): HostOutcome[] =>
  Array.from({ length: count }, (_, index) => of(index + 1))

const names = (group: FailureGroup | undefined): string[] =>
  group?.hosts.map(({ hostName }) => hostName) ?? []

const sizes = (groups: readonly FailureGroup[]): number[] => groups.map(({ hosts }) => hosts.length)

/** Always the same order for the same seed. */
const shuffled = <Item>(items: readonly Item[], seed: number): Item[] => {
  let state = seed
  const rank = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31)
  return items
    .map((item) => ({ item, rank: rank() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

test('38 failures, one cause: names, pids, times, ports, digests and paths aside', () => {
  const failed = many(38, (number) =>
    host(number, {
      error: `web-${number}.prod: web ended by itself (exit code 1) within ${number * 7} ms of its start.`,
      said: tellingLines([
        `2026-07-01T12:00:${10 + number}.1Z [${1000 + number}] starting from /tmp/run.${number}/web`,
        `2026-07-01T12:00:${10 + number}.2Z [${1000 + number}] ERROR release ${String(number).padStart(64, 'a')} has no KEY`,
      ]),
    }),
  )
  const groups = groupFailures(
    [...failed, ...many(3, (number) => host(100 + number, { state: 'staged' }))],
    'web',
  )
  expect(sizes(groups)).toEqual([38])
  expect(groups[0]).toMatchObject({
    step: 'checking',
    error: 'web-1.prod: web ended by itself (exit code 1) within 7 ms of its start.',
    line: failed[0]?.said?.[0],
    differences: [],
  })
  expect(names(groups[0]).slice(0, 3)).toEqual(['web-1.prod', 'web-2.prod', 'web-3.prod'])
})

test.each([
  ['another step', { failedAt: 'starting' }],
  ['another error', { error: 'There is no room.' }],
  ['another exit code', { error: 'web ended by itself (exit code 137) within 55 ms of its start.' }],
  ['another error in the service’s own words', { said: ['Error: KEY is not set'] }],
  ['no answer at all', { state: 'unreachable' }],
] as const)('%s is another cause', (_, more) => {
  expect(sizes(groupFailures([host(1), host(2), host(3, more)], 'web'))).toEqual([2, 1])
})

test.each([
  ['other chatter of the service', { said: ['tea is ready'] }],
  ['being on the way back still', { state: 'rolling-back' }],
  ['having nothing to go back to', { state: 'failed' }],
] as const)('%s is not', (_, more) => {
  expect(sizes(groupFailures([host(1), host(2), host(3, more)], 'web'))).toEqual([3])
})

test('a host that is called as the service is no cause of its own', () => {
  expect(
    sizes(groupFailures([host(1, { hostName: 'web.prod' }), host(2, { hostName: 'db.prod' })], 'web')),
  ).toEqual([2])
})

test.each([1, 2, 3, 4, 5])('the order in which hosts are given changes nothing (seed %i)', (seed) => {
  const causes = ['KEY is not set', 'port 80 is in use', 'the disk is full']
  const hosts = many(60, (number) =>
    host(number, {
      state: number % 7 === 0 ? 'committed' : 'rolled-back',
      error: `${causes[number % 3] ?? ''} after ${number} s`,
      said: [`Error: ${causes[number % 3] ?? ''} at ${number}`],
    }),
  )
  expect(groupFailures(shuffled(hosts, seed), 'web')).toEqual(groupFailures(hosts, 'web'))
})

describe('the line that sets a group apart', () => {
  const line = (hosts: readonly HostOutcome[]): (string | undefined)[] =>
    groupFailures(hosts, 'web').map((group) => group.line)

  test('is none that healthy hosts have too', () => {
    const said = ['Error: cache is cold, using none', 'cannot reach the database']
    expect(line([host(1, { said }), host(2, { state: 'committed', said: said.slice(0, 1) })])).toEqual([
      said[1],
    ])
  })

  test('is none that the other groups have too', () => {
    const noise = 'Error: cache is cold'
    const groups = line([
      host(1, { failedAt: 'starting', said: [noise, 'cannot bind'] }),
      host(2, { said: [noise, 'cannot reach the database'] }),
    ])
    expect(groups).toEqual(['cannot bind', 'cannot reach the database'])
  })

  test('is none that only one host of many has', () => {
    const quiet = many(4, (number) => host(number + 1, { said: ['hello'] }))
    expect(line([host(1, { said: ['so long', 'hello'] }), ...quiet])).toEqual(['hello'])
  })
})

describe('what differs within a group', () => {
  test('is told with the hosts that have it, the most frequent value first', () => {
    const port = (number: number, value: number) =>
      host(number, { error: `Port ${value} of web is held by process ${number} (nginx).` })
    const [group] = groupFailures([port(1, 8080), port(2, 8081), port(3, 8081)], 'web')
    expect(group?.differences).toEqual([
      {
        after: 'Port ',
        values: [
          { value: '8081', hosts: 2, such: 'web-2.prod' },
          { value: '8080', hosts: 1, such: 'web-1.prod' },
        ],
        more: 0,
      },
    ])
  })

  test('is told of the service’s words too, and is never long', () => {
    const hosts = many(50, (number) => host(number, { said: [`Error: no worker ${number}`] }))
    const [group] = groupFailures(hosts, 'web')
    expect(group?.differences).toHaveLength(1)
    expect(group?.differences[0]).toMatchObject({ after: 'worker ', more: 46 })
  })
})

test('a host that went back because others failed is no failure of its own', () => {
  const { error: _, ...toldToGoBack } = host(2, { failedAt: 'committed' })
  expect(sizes(groupFailures([host(1), toldToGoBack], 'web'))).toEqual([1])
})

test('a group is what the API promises', () => {
  for (const group of groupFailures([host(1), host(2, { failedAt: undefined, error: undefined })], 'web'))
    expect(FailureGroup.parse(group)).toEqual(group)
})

test('nothing failed, nothing to tell', () => {
  expect(groupFailures([host(1, { state: 'committed' }), host(2, { state: 'staged' })], 'web')).toEqual([])
})
