import { describe, expect, test } from 'vitest'
import { heldUntil } from './windows.ts'

const weekly = (weekly: string, zone = 'Europe/Berlin') => ({ kind: 'weekly', weekly, zone }) as const

/** Until when it is held, as an ISO date-time. */
const until = (window: Parameters<typeof heldUntil>[0], at: string): string | undefined => {
  const found = heldUntil(window, Date.parse(at))
  return found === undefined ? undefined : new Date(found).toISOString()
}

describe('a weekly window', () => {
  // 2026-10-02 is a Friday; Berlin is two hours ahead of UTC.
  test.each([
    ['2026-10-02T15:59:59.999+02:00', undefined],
    ['2026-10-02T16:00+02:00', '2026-10-05T06:00:00.000Z'],
    ['2026-10-04T00:00+02:00', '2026-10-05T06:00:00.000Z'],
    ['2026-10-05T07:59:59.999+02:00', '2026-10-05T06:00:00.000Z'],
    ['2026-10-05T08:00+02:00', undefined],
  ])('over a weekend, at %s', (at, end) => {
    expect(until(weekly('fri 16:00 - mon 08:00'), at)).toBe(end)
  })

  test.each([
    ['2026-10-02T21:59+02:00', undefined],
    ['2026-10-02T23:00+02:00', '2026-10-03T04:00:00.000Z'],
    ['2026-10-03T05:59+02:00', '2026-10-03T04:00:00.000Z'],
    ['2026-10-03T23:00+02:00', undefined],
    ['2026-10-05T05:00+02:00', undefined],
  ])('over midnight on each of some days, at %s', (at, end) => {
    expect(until(weekly('mon-fri 22:00 - 06:00'), at)).toBe(end)
  })

  test('is held until it is really open: one day that follows another without a gap counts', () => {
    expect(until(weekly('sat-mon 00:00 - 00:00', 'UTC'), '2026-10-03T12:00Z')).toBe(
      '2026-10-06T00:00:00.000Z',
    )
  })

  test('may leave only an hour of the week open', () => {
    const window = weekly('fri 16:00 - fri 15:00', 'UTC')
    expect(until(window, '2026-10-02T14:59Z')).toBe('2026-10-02T15:00:00.000Z')
    expect(until(window, '2026-10-02T15:30Z')).toBe(undefined)
    expect(until(window, '2026-10-02T16:00Z')).toBe('2026-10-09T15:00:00.000Z')
  })

  test.each([
    ['Pacific/Kiritimati', '2026-10-02T02:00Z'],
    ['America/New_York', '2026-10-02T20:00Z'],
    ['Asia/Kathmandu', '2026-10-02T10:15Z'],
  ])('is by the clocks of %s', (zone, at) => {
    const window = weekly('fri 16:00 - 17:00', zone)
    const end = new Date(Date.parse(at) + 3_600_000).toISOString()
    expect(until(window, new Date(Date.parse(at) - 1).toISOString())).toBe(undefined)
    expect(until(window, at)).toBe(end)
  })
})

describe('where clocks change', () => {
  test('a weekend in which they go forward is an hour shorter', () => {
    const window = weekly('fri 16:00 - mon 08:00')
    expect(until(window, '2026-03-27T16:00+01:00')).toBe('2026-03-30T06:00:00.000Z')
    expect(until(window, '2026-03-30T07:59+02:00')).toBe('2026-03-30T06:00:00.000Z')
    expect(until(window, '2026-03-30T08:00+02:00')).toBe(undefined)
  })

  test('a weekend in which they go back is an hour longer', () => {
    const window = weekly('fri 16:00 - mon 08:00')
    expect(until(window, '2026-10-23T16:00+02:00')).toBe('2026-10-26T07:00:00.000Z')
    expect(until(window, '2026-10-26T07:59+01:00')).toBe('2026-10-26T07:00:00.000Z')
    expect(until(window, '2026-10-26T08:00+01:00')).toBe(undefined)
  })

  test('an hour that comes twice is held both times', () => {
    const window = weekly('sun 02:00 - 02:30')
    expect(until(window, '2026-10-25T01:59:59+02:00')).toBe(undefined)
    expect(until(window, '2026-10-25T02:00+02:00')).toBe('2026-10-25T01:30:00.000Z')
    expect(until(window, '2026-10-25T02:29+01:00')).toBe('2026-10-25T01:30:00.000Z')
    expect(until(window, '2026-10-25T02:30+01:00')).toBe(undefined)
  })

  test('a window that begins or ends in an hour that never comes still holds', () => {
    expect(until(weekly('sat 22:00 - sun 02:30'), '2026-03-29T01:59+01:00')).toBe('2026-03-29T01:30:00.000Z')
    expect(until(weekly('sun 02:30 - 05:00'), '2026-03-29T03:00+02:00')).toBe('2026-03-29T03:00:00.000Z')
    expect(until(weekly('sun 02:15 - 02:45'), '2026-03-29T03:00+02:00')).toBe('2026-03-29T01:45:00.000Z')
  })
})

test('a dated window holds from its beginning until just before its end', () => {
  const window = { kind: 'dated', from: 1000, until: 2000 } as const
  expect([999, 1000, 1999, 2000].map((at) => heldUntil(window, at))).toEqual([
    undefined,
    2000,
    2000,
    undefined,
  ])
})
