import { describe, expect, test } from 'vitest'
import { parseDeployId, parseTimeout, parseWanted } from './arguments.ts'

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

  test('a timeout has a unit, and an end', () => {
    expect(parseTimeout('10m')).toBe(600_000)
    for (const text of ['10', 'soon', '0s', '9999h']) expect(() => parseTimeout(text)).toThrow(/--timeout/)
  })
})
