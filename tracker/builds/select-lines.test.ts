import { expect, test } from 'vitest'
import { selectLines } from './select-lines.ts'

const whole = { around: 0, after: 0, limit: 1000 }
const logOf = (...texts: readonly string[]) => [
  texts.map((text) => ({ at: 1, stream: 'stdout' as const, text })),
]
const numbers = async (log: ReturnType<typeof logOf>, wanted: object) => {
  const { lines, next } = await selectLines(log, { ...whole, ...wanted })
  return { lines: lines.map(({ n }) => n), ...(next === undefined ? {} : { next }) }
}
const log = logOf('npm ci', 'added', 'x', 'npm ERR! one', 'y', 'z', '\u001b[31mnpm\u001b[0m err! two', 'end')

test('all lines come in pages, each once', async () => {
  expect(await numbers(log, { limit: 5 })).toEqual({ lines: [1, 2, 3, 4, 5], next: 5 })
  expect(await numbers(log, { limit: 5, after: 5 })).toEqual({ lines: [6, 7, 8] })
})

test('a text is found whatever its case, and through colours', async () => {
  expect(await numbers(log, { search: 'NPM err' })).toEqual({ lines: [4, 7] })
  expect(await numbers(log, { search: 'nowhere' })).toEqual({ lines: [] })
})

test('lines around what is found come once, in order', async () => {
  expect(await numbers(log, { search: 'err!', around: 1 })).toEqual({ lines: [3, 4, 5, 6, 7, 8] })
  expect(await numbers(log, { search: 'npm ci', around: 2 })).toEqual({ lines: [1, 2, 3] })
  expect(await numbers(log, { search: 'err!', around: 1, limit: 2, after: 0 })).toEqual({
    lines: [3, 4],
    next: 4,
  })
  expect(await numbers(log, { search: 'err!', around: 1, after: 4 })).toEqual({ lines: [5, 6, 7, 8] })
})

test('a full page is answered without reading on', async () => {
  const endless = function* () {
    for (;;) yield* logOf('again')
  }
  expect((await selectLines(endless(), { ...whole, search: 'AGAIN', limit: 3 })).next).toBe(3)
})
