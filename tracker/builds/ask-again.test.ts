import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PersonError } from '../../shared/errors.ts'
import { askAgain } from './ask-again.ts'

const nobody = new PersonError('unavailable', 'nobody answers')

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a question that is lost is asked again, and the first word counts', async () => {
  const answers = [new Promise<string>(() => undefined), Promise.resolve('v2')]
  const asked: number[] = []
  const answer = askAgain((withinMs) => answers[asked.push(withinMs) - 1]!, 60_000)
  await vi.advanceTimersByTimeAsync(9999)
  expect(asked).toEqual([60_000])
  await vi.advanceTimersByTimeAsync(1)
  await expect(answer).resolves.toBe('v2')
  expect(asked).toEqual([60_000, 50_000])
  expect(vi.getTimerCount()).toBe(0)
})

test('where nobody is there, that is said at once', async () => {
  await expect(askAgain(() => Promise.reject(nobody), 60_000)).rejects.toBe(nobody)
  expect(vi.getTimerCount()).toBe(0)
})

test('a late answer is waited for when the second question finds nobody', async () => {
  let say: (answer: string) => void = () => undefined
  const first = new Promise<string>((resolve) => (say = resolve))
  let asked = 0
  const answer = askAgain(() => (asked++ === 0 ? first : Promise.reject(nobody)), 60_000)
  await vi.advanceTimersByTimeAsync(30_000)
  say('v1')
  await expect(answer).resolves.toBe('v1')
  expect(asked).toBe(3)
})

test('what is wrong with the question is said at once', async () => {
  const wrong = new PersonError('not-found', 'there is no such ref')
  await expect(askAgain(() => Promise.reject(wrong), 60_000)).rejects.toBe(wrong)
})
