import { expect, test } from 'vitest'
import { skeletonOf } from './skeleton.ts'

const bare = (text: string, own: readonly string[] = []): string => skeletonOf(text, own).text

test.each([
  ['a port', 'port 8080 is taken', 'port 9 is taken'],
  ['a pid', 'held by process 123 (node)', 'held by process 99876 (node)'],
  ['a span, whatever its unit', 'after 55 ms', 'after 4m 07s'],
  ['a size', '3.1 MB are free', '120 kB are free'],
  ['a version', 'needs v18', 'needs v20.2.1'],
  ['a digest', `artifact ${'0a'.repeat(32)}`, `artifact ${'f1'.repeat(32)}`],
  ['a uuid', 'request 550e8400-e29b-41d4-a716-446655440000', 'request 7d444840-9dc0-11d1-b245-5ffdce74fad2'],
  ['a request id', 'request k3j9x2', 'request 9fz81q'],
  ['a time before the line', '2026-07-01T12:03:04.123Z no', '2026-07-02 01:00:00,5 no'],
  ['a clock', '[12:03:04] no', '[1:03:04] no'],
  ['an address', 'cannot reach 10.0.0.1:5432', 'cannot reach 192.168.17.4:1'],
  ['an IPv6 address', 'cannot reach fe80::1', 'cannot reach 2001:db8:0:1::ff'],
  ['a temporary path', 'no /tmp/x.Ab/file, sorry', 'no /tmp/y/other/file, sorry'],
  ['a place in a file', 'at server.js:12:34', 'at server.js:7:1'],
])('%s says nothing about the cause', (_, one, other) => {
  expect(bare(one)).toBe(bare(other))
})

test.each([
  ['an exit code', 'ended (exit code 1)', 'ended (exit code 137)'],
  ['a status', 'answers 500', 'answers 404'],
  ['the name of an error', 'E11000 on write', 'E13435 on write'],
  ['the name of an error with a dash', 'ORA-01017: no', 'ORA-12541: no'],
  ['a word', 'no such file', 'no such table'],
])('%s does', (_, one, other) => {
  expect(bare(one)).not.toBe(bare(other))
})

test('the host’s own names are taken out where they stand for themselves', () => {
  expect(bare('oslo.prod: oslo has no disk', ['oslo.prod', 'oslo'])).toBe(
    bare('rome.prod: rome has no disk', ['rome.prod', 'rome']),
  )
  expect(bare('oslo-backup and oslosk', ['oslo'])).toBe('oslo-backup and oslosk')
})

test('what was taken out is told, with what stood before it', () => {
  expect(skeletonOf('port 8080 after 5 s', []).parts).toEqual([
    { kind: 'value', text: '8080', before: 'port ' },
    { kind: 'noise', text: '5 s', before: 'port 8080 after ' },
  ])
})

test.each(['1', '1.', 'a:', 'aError', 'A-1', '/tmp/', '1 m ', 'x1y', '\uE001', '::', '[1]', ' '])(
  'a line of nothing but %j is no trap',
  (piece) => {
    const { parts, text } = skeletonOf(piece.repeat(100_000), ['a'])
    expect(text.length).toBeLessThanOrEqual(500)
    expect(parts.length).toBeLessThanOrEqual(500)
  },
)
