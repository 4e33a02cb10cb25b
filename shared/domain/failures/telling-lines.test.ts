import { expect, test } from 'vitest'
import { tellingLines } from './telling-lines.ts'

test('what names an error comes before what speaks of one, and before all else', () => {
  const output = [
    'starting',
    'cannot read cache',
    '/srv/web/server.js:2',
    "if (!key) throw new Error('KEY is not set')",
    'TypeError: x is not a function',
    '    at Object.<anonymous> (/srv/web/server.js:2:1)',
    'Node.js v20.20.0',
  ]
  expect(tellingLines(output)).toEqual([
    'TypeError: x is not a function',
    'cannot read cache',
    "if (!key) throw new Error('KEY is not set')",
  ])
})

test.each([
  'panic: runtime error: index out of range',
  '2026-07-01 12:00:00,123 ERROR pool exhausted',
  'sqlalchemy.exc.OperationalError: no route',
  'java.lang.IllegalStateException',
  'error[E0308]: mismatched types',
  'npm ERR! missing script',
])('%s names an error', (line) => {
  expect(tellingLines(['it failed', line])[0]).toBe(line)
})

test('without any, the last lines, backwards', () => {
  expect(tellingLines(['one', 'two', 'three', 'four'])).toEqual(['four', 'three', 'two'])
})

test('they are few, short and each there once', () => {
  const output = Array.from({ length: 200 }, (_, index) => `Error: ${index % 20} ${'x'.repeat(500)}`)
  const lines = tellingLines([...output, ...output])
  expect(lines).toHaveLength(6)
  expect(new Set(lines).size).toBe(6)
  expect(Math.max(...lines.map(({ length }) => length))).toBe(300)
})
