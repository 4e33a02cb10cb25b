import { expect, test } from 'vitest'
import { plainText } from './plain-text.ts'

test('colours are taken out', () => {
  expect(plainText('\u001b[1;31mred\u001b[0m and \u001b[38;5;12mblue')).toBe('red and blue')
})

test('a title and a link are taken out, the text stays', () => {
  expect(plainText('\u001b]0;title\u0007a \u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\')).toBe('a link')
})

test('control characters go, tabs and line ends stay', () => {
  expect(plainText('a\u0000b\tc\nd\u0008')).toBe('ab\tc\nd')
})

test('of a rewritten line the last writing counts', () => {
  expect(plainText('10%\r50%\r100%\r')).toBe('100%')
})

test('text cannot be made to read backwards', () => {
  expect(plainText('a\u202egpj.exe')).toBe('agpj.exe')
})
