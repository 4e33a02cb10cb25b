import { expect, test } from 'vitest'
import { drawSchedule, faultKinds } from './schedule.ts'

const rounds = Array.from({ length: 200 }, (_, round) => round)

test('the same seed gives the same schedule, another one another', () => {
  const drawn = (seed: string) => rounds.map((round) => drawSchedule(seed, round))
  expect(drawn('1')).toEqual(drawn('1'))
  expect(drawn('1')).not.toEqual(drawn('2'))
})

test('every kind of fault comes up, and every round has something to do', () => {
  const schedules = rounds.map((round) => drawSchedule('1', round))
  const kinds = new Set(schedules.flatMap(({ faults }) => faults.map(({ kind }) => kind)))
  expect([...kinds].sort()).toEqual([...faultKinds].sort())
  expect(schedules.every(({ operations, faults }) => operations.length > 0 && faults.length > 0)).toBe(true)
})
