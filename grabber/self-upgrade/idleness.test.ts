import { expect, test } from 'vitest'
import { Idleness } from './idleness.ts'

const never = new AbortController().signal

/** A job that goes on until it is told to end. */
const job = (): { run: () => Promise<void>; end: () => void; isBegun: () => boolean } => {
  let begun = false
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  const run = (): Promise<void> => {
    begun = true
    return ended
  }
  return { run, end: () => end(), isBegun: () => begun }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a hold waits for what is being done, and puts off what comes after it', async () => {
  const idleness = new Idleness()
  const [first, second] = [job(), job()]
  const running = idleness.during(first.run, never)
  let isHeld = false
  const held = idleness.hold(10_000, never).then(() => (isHeld = true))
  await settled()
  expect(isHeld).toBe(false)
  first.end()
  await Promise.all([running, held])
  const later = idleness.during(second.run, never)
  await settled()
  expect(second.isBegun()).toBe(false)
  idleness.release()
  await settled()
  expect(second.isBegun()).toBe(true)
  second.end()
  await later
})

test('while a hold waits, others may begin', async () => {
  const idleness = new Idleness()
  const [slow, quick] = [job(), job()]
  const running = idleness.during(slow.run, never)
  const held = idleness.hold(10_000, never)
  quick.end()
  await idleness.during(quick.run, never)
  slow.end()
  await Promise.all([running, held])
})

test('a hold has a limit, and what was put off is not begun after a shutdown', async () => {
  const idleness = new Idleness()
  const [first, second] = [job(), job()]
  const running = idleness.during(first.run, never)
  await expect(idleness.hold(10, never)).rejects.toThrow(/other installs were under way/)
  first.end()
  await running
  await idleness.hold(10_000, never)
  const shutdown = new AbortController()
  const later = idleness.during(second.run, shutdown.signal)
  shutdown.abort()
  idleness.release()
  await expect(later).rejects.toThrow(/aborted/)
  expect(second.isBegun()).toBe(false)
})
