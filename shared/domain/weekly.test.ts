import { describe, expect, test } from 'vitest'
import { parseWeekly, TimeZone, Weekly } from './weekly.ts'

describe('a weekly window', () => {
  test.each([
    ['fri 16:00 - mon 08:00', { days: [5], from: 960, until: 480, nights: 3 }],
    ['wed 12:00 - wed 13:30', { days: [3], from: 720, until: 810, nights: 0 }],
    ['fri 16:00 - fri 15:00', { days: [5], from: 960, until: 900, nights: 7 }],
    ['mon-fri 22:00 - 06:00', { days: [1, 2, 3, 4, 5], from: 1320, until: 360, nights: 1 }],
    ['sat-mon 00:00 - 00:00', { days: [6, 0, 1], from: 0, until: 0, nights: 1 }],
    ['tue,thu,tue 12:00 - 13:00', { days: [2, 4], from: 720, until: 780, nights: 0 }],
  ])('%s', (text, window) => {
    expect(parseWeekly(text)).toEqual(window)
  })

  test.each([
    '',
    'fri 16:00',
    'fri 16:00 - mon 24:00',
    'fri 16 - mon 8',
    'Fri 16:00 - Mon 08:00',
    'mon-fri 16:00 - sat 08:00',
    'freitag 16:00 - mon 08:00',
    'mon- 16:00 - 18:00',
  ])('is not %j', (text) => {
    expect(Weekly.safeParse(text).success).toBe(false)
  })

  test.each(['mon-sun 08:00 - 08:00', 'fri 16:00 - fri 16:00'])(
    'leaves some of the week open, unlike %s',
    (text) => {
      expect(Weekly.safeParse(text).success).toBe(false)
    },
  )
})

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Europe/Bielefeld', false],
  ['', false],
])('the time zone %j: %j', (name, known) => {
  expect(TimeZone.safeParse(name).success).toBe(known)
})
