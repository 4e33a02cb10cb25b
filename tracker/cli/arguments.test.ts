import { describe, expect, test } from 'vitest'
import {
  parseComing,
  parseCount,
  parseDeployId,
  parseMoment,
  parseTimeout,
  parseWanted,
} from './arguments.ts'

describe('what to deploy', () => {
  test.each([
    ['web', { service: 'web' }],
    ['web@v2', { service: 'web', ref: 'v2' }],
    ['web@feature/x', { service: 'web', ref: 'feature/x' }],
    ['web@sha256:0123456789ab', { service: 'web', digest: '0123456789ab' }],
  ])('%s', (text, wanted) => {
    expect(parseWanted(text)).toEqual(wanted)
  })

  test.each(['', 'Web', '../x', 'web@', 'web@-x', 'web@a..b', 'web@sha256:0123', 'web@sha256:XYZXYZXYZXYZ'])(
    '%j is refused as a usage error',
    (text) => {
      expect(() => parseWanted(text)).toThrow(expect.objectContaining({ code: 'usage' }))
    },
  )
})

describe('numbers and times', () => {
  test('a deploy id counts', () => {
    expect(parseDeployId('12')).toBe(12)
    for (const text of ['0', '-1', '1.5', 'x', '9'.repeat(20)])
      expect(() => parseDeployId(text)).toThrow(/number/)
  })

  test('a count has bounds', () => {
    expect(parseCount('-n', '1000')).toBe(1000)
    for (const text of ['0', '1001', '-1', 'all']) expect(() => parseCount('-n', text)).toThrow(/-n/)
  })

  const now = Date.UTC(2026, 2, 1, 12)
  test.each([
    ['30s', now - 30_000],
    ['2h', now - 7_200_000],
    ['7d', now - 7 * 86_400_000],
    ['2026-03-01T10:00Z', Date.UTC(2026, 2, 1, 10)],
    ['2026-03-01T10:00:30.5+02:00', Date.UTC(2026, 2, 1, 8, 0, 30, 500)],
    ['2026-03-01T10:00', new Date(2026, 2, 1, 10).getTime()],
    ['2026-03-01', new Date(2026, 2, 1).getTime()],
  ])('a moment is %s', (text, at) => {
    expect(parseMoment('--since', text, now)).toBe(String(at))
  })

  test.each(['', 'soon', '2', '2h ago', '-2h', '2026-13-01', '10:00'])('a moment is not %j', (text) => {
    expect(() => parseMoment('--since', text, now)).toThrow(
      expect.objectContaining({ code: 'usage', field: '--since' }),
    )
  })

  const noon = new Date(2026, 2, 1, 12).getTime()
  test.each([
    ['22:00', new Date(2026, 2, 1, 22).getTime()],
    ['9:30', new Date(2026, 2, 2, 9, 30).getTime()],
    ['12:00', new Date(2026, 2, 2, 12).getTime()],
    ['2h', noon + 7_200_000],
    ['30d', noon + 30 * 86_400_000],
    ['2026-03-02T10:00Z', Date.UTC(2026, 2, 2, 10)],
  ])('a time to come is %s', (text, at) => {
    expect(parseComing('--at', text, noon)).toBe(at)
  })

  test.each(['', 'soon', '24:00', '0s', '31d', '2026-02-28', '2027-03-01T10:00'])(
    'a time to come is not %j',
    (text) => {
      expect(() => parseComing('--at', text, noon)).toThrow(
        expect.objectContaining({ code: 'usage', field: '--at' }),
      )
    },
  )

  test('a timeout has a unit, and an end', () => {
    expect(parseTimeout('10m')).toBe(600_000)
    for (const text of ['10', 'soon', '0s', '9999h']) expect(() => parseTimeout(text)).toThrow(/--timeout/)
  })
})
