import { describe, expect, test } from 'vitest'
import { alerts, parseRange } from './range.ts'

describe('a threshold range', () => {
  test.each([
    ['10', [0, 10], [-1, 11]],
    ['0', [0], [1]],
    ['10:', [10, 99], [9]],
    ['~:10', [-5, 10], [11]],
    ['~:', [-5, 1e9], []],
    ['5:10', [5, 10], [4, 11]],
    ['@5:10', [4, 11], [5, 10]],
    ['@1:', [0], [1, 7]],
    ['1.5', [1.5], [1.6]],
  ])('%s is quiet for %j and alerts for %j', (text, quiet, loud) => {
    const range = parseRange(text)!
    expect(quiet.filter((value) => alerts(range, value))).toEqual([])
    expect(loud.filter((value) => !alerts(range, value))).toEqual([])
  })

  test.each(['', ':', '@', 'x', '10:5', '1:2:3', '~', '5:~'])('%j is none', (text) => {
    expect(parseRange(text)).toBeUndefined()
  })
})
