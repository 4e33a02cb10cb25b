import { describe, expect, test } from 'vitest'
import { table } from './table.ts'
import { ageOf, spanOf } from './times.ts'
import { fit, pad, widthOf } from './width.ts'

describe('the width of text', () => {
  test.each([
    ['abc', 3],
    ['\u001b[31mabc\u001b[0m', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['🚀', 2],
  ])('%j takes %i columns', (text, width) => {
    expect(widthOf(text)).toBe(width)
  })

  test('what is cut fits, and ends its colour', () => {
    expect(fit('abcdef', 4)).toBe('abc…')
    expect(fit('日本語', 4)).toBe('日…')
    expect(fit('\u001b[31mabcdef\u001b[0m', 4)).toBe('\u001b[31mabc…\u001b[0m')
    expect(fit('abc', 3)).toBe('abc')
    expect(pad('日', 4)).toBe('日  ')
  })
})

describe('a table', () => {
  test('aligns its columns', () => {
    expect(
      table(
        ['A', 'B'],
        [
          ['long', 'x'],
          ['y', 'z'],
        ],
        80,
      ),
    ).toEqual(['A     B', 'long  x', 'y     z'])
  })

  test('is never wider than it may be: the widest column gives', () => {
    const lines = table(['HOST', 'WHY'], [['web-1.prod', 'a'.repeat(200)]], 40)
    expect(lines.map(widthOf)).toEqual([15, 40])
    expect(lines[1]).toMatch(/^web-1\.prod {2}a+…$/)
  })
})

describe('times', () => {
  test.each([
    [94, '94ms'],
    [3210, '3.2s'],
    [59_999, '1m 00s'],
    [247_000, '4m 07s'],
    [7_500_000, '2h 05m'],
    [-5, '0ms'],
  ])('%i ms is %s', (ms, text) => {
    expect(spanOf(ms)).toBe(text)
  })

  test('ages are rough', () => {
    const now = 1_000_000_000
    expect([12, 240, 7200, 864_000].map((s) => ageOf(now - s * 1000, now))).toEqual([
      '12s',
      '4m',
      '2h',
      '10d',
    ])
  })
})
