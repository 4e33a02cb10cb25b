import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { signalWithin, within } from './time-limit.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const never = new AbortController().signal

test.each([
  ['alone', undefined],
  ['beside another signal', never],
])('a limit %s comes also when garbage is collected meanwhile', async (_what, signal) => {
  const waiting = delay(10_000, undefined, { signal: signalWithin(200, signal) })
  await delay(20) // the signals are garbage only in a later turn
  collectGarbage()
  await expect(waiting).rejects.toThrow('aborted')
})

test('the other signal comes first if it does', () => {
  const other = new AbortController()
  const both = signalWithin(60_000, other.signal)
  other.abort()
  expect(both.aborted).toBe(true)
})

test('a result that comes in time is handed on, one that does not is unavailable', async () => {
  await expect(within(60_000, Promise.resolve('there'))).resolves.toBe('there')
  await expect(within(10, new Promise(() => undefined))).rejects.toMatchObject({ code: 'unavailable' })
})
