import * as z from 'zod'

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const minutesOfDay = 24 * 60

/** A window that comes back each week, by the clock on the wall. */
export interface WeeklyWindow {
  /** The days on which it begins; 0 is Sunday. */
  readonly days: readonly number[]
  /** Minutes after midnight. */
  readonly from: number
  readonly until: number
  /** How many midnights it spans. */
  readonly nights: number
}

const day = `(?:${days.join('|')})`
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d'
const oneSpan = new RegExp(`^(${day}) (${time}) - (${day}) (${time})$`)
const eachDay = new RegExp(`^(${day}(?:-${day}|(?:,${day})+)?) (${time}) - (${time})$`)

/** `fri 16:00 - mon 08:00` is one span; `mon-fri 22:00 - 06:00` and `tue,thu 12:00 - 13:00` are one on each of the days. */
export const parseWeekly = (text: string): WeeklyWindow | undefined => {
  const window = spanOf(text) ?? spanOfEachDay(text)
  return window && isOpenSometimes(window) ? window : undefined
}

const spanOf = (text: string): WeeklyWindow | undefined => {
  const [, first = '', from = '', last = '', until = ''] = oneSpan.exec(text) ?? []
  if (first === '') return undefined
  const times = { from: minutesOf(from), until: minutesOf(until) }
  const nights = (days.indexOf(last) - days.indexOf(first) + 7) % 7
  return {
    ...times,
    days: [days.indexOf(first)],
    nights: nights === 0 && times.until <= times.from ? 7 : nights,
  }
}

const spanOfEachDay = (text: string): WeeklyWindow | undefined => {
  const [, list = '', from = '', until = ''] = eachDay.exec(text) ?? []
  if (list === '') return undefined
  const times = { from: minutesOf(from), until: minutesOf(until) }
  return { ...times, days: daysOf(list), nights: times.until <= times.from ? 1 : 0 }
}

const daysOf = (list: string): number[] => {
  const [first = '', last] = list.split('-')
  if (last === undefined) return [...new Set(list.split(',').map((name) => days.indexOf(name)))]
  const begin = days.indexOf(first)
  return Array.from({ length: ((days.indexOf(last) - begin + 7) % 7) + 1 }, (_, index) => (begin + index) % 7)
}

const minutesOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

const isOpenSometimes = ({ days, from, until, nights }: WeeklyWindow): boolean =>
  days.length * (nights * minutesOfDay + until - from) < 7 * minutesOfDay

export const Weekly = z
  .string()
  .max(60)
  .refine(
    (text) => parseWeekly(text) !== undefined,
    "a weekly window is 'fri 16:00 - mon 08:00', or 'mon-fri 22:00 - 06:00' for one on each of the days, and leaves some of the week open",
  )

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'a time zone is an IANA name, such as Europe/Berlin')
