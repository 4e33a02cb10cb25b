import { expect, test, vi } from 'vitest'
import { BuildLog } from './build-log.ts'

const line = (text: string, stream: 'stdout' | 'stderr' = 'stdout') => ({ at: 1, stream, text })

const logged = (): { log: BuildLog; batches: string[][] } => {
  const batches: string[][] = []
  return { log: new BuildLog((lines) => batches.push(lines.map(({ text }) => text))), batches }
}

test('lines go in batches: after 100 ms, or when a hundred are there', () => {
  vi.useFakeTimers()
  const { log, batches } = logged()
  log.write(line('a'))
  log.write(line('b', 'stderr'))
  vi.advanceTimersByTime(100)
  expect(batches).toEqual([['a', 'b']])
  for (let i = 0; i < 250; i++) log.write(line(String(i)))
  expect(batches.map((batch) => batch.length)).toEqual([2, 100, 100])
  log.end()
  expect(batches.at(-1)).toHaveLength(50)
  vi.useRealTimers()
})

test('a flood is told by its beginning and its end', () => {
  const { log, batches } = logged()
  for (let i = 0; i < 30_000; i++) log.write(line(String(i)))
  log.end()
  const lines = batches.flat()
  expect(lines).toHaveLength(20_501)
  expect(lines.slice(19_998, 20_003)).toEqual([
    '19998',
    '19999',
    '… 9500 lines are left out here …',
    '29500',
    '29501',
  ])
  expect(lines.at(-1)).toBe('29999')
})

test('long lines make small batches', () => {
  const { log, batches } = logged()
  for (let i = 0; i < 100; i++) log.write(line('\u001b'.repeat(2000)))
  log.end()
  expect(Math.max(...batches.map((batch) => Buffer.byteLength(JSON.stringify(batch))))).toBeLessThan(250_000)
})

test('what waits can be sent at once', () => {
  const { log, batches } = logged()
  log.write(line('a'))
  log.flush()
  log.flush()
  expect(batches).toEqual([['a']])
})
