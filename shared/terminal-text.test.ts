import { describe, expect, test } from 'vitest'
import { safeJson, safeText } from './terminal-text.ts'

describe('text from elsewhere', () => {
  test.each([
    ['a title', 'a\u001b]0;owned\u0007b', 'ab'],
    ['a clipboard write', 'a\u001b]52;c;aGk=\u001b\\b', 'ab'],
    ['an unfinished clipboard write', 'a\u001b]52;c;aGk=', 'a'],
    ['cursor movement', 'a\u001b[2J\u001b[1;1Hb', 'ab'],
    ['8-bit control sequences', 'a\u009b2Jb', 'ab'],
    ['a carriage return that overwrites', 'bad\rgood', 'badgood'],
    ['a bell and a backspace', 'a\u0007\u0008b', 'ab'],
    ['text turned around', 'a\u202eb', 'ab'],
    ['line ends and tabs', 'a\r\nb\tc', 'a b    c'],
    ['colour', 'a\u001b[31mb\u001b[0m', 'ab'],
  ])('loses %s', (_, text, expected) => {
    expect(safeText(text)).toBe(expected)
  })

  test('keeps colour, and ends it, when asked to', () => {
    expect(safeText('\u001b[31mred\u001b[2K', true)).toBe('\u001b[31mred\u001b[0m')
  })

  test('is escaped in JSON, and still the same', () => {
    const value = { text: 'a\u009b2J\u202e\u001b' }
    expect(safeJson(value)).toMatch(/^[\u0020-\u007e]*$/)
    expect(JSON.parse(safeJson(value))).toEqual(value)
  })
})
