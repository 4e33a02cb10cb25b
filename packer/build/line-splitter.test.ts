import { expect, test } from 'vitest'
import { cleanLine, LineSplitter, maxLineLength } from './line-splitter.ts'

const linesOf = (...chunks: (string | Buffer)[]): string[] => {
  const lines: string[] = []
  const splitter = new LineSplitter((line) => lines.push(line))
  for (const chunk of chunks) splitter.write(Buffer.from(chunk as string))
  splitter.end()
  return lines
}

test('lines are put together across chunks, also in the middle of a letter', () => {
  const bytes = Buffer.from('grüße\nend')
  expect(linesOf(bytes.subarray(0, 3), bytes.subarray(3))).toEqual(['grüße', 'end'])
  expect(linesOf('a\n\nb\n')).toEqual(['a', '', 'b'])
})

test('colours stay, everything else that a terminal would act on goes', () => {
  expect(cleanLine('\u001b[31mred\u001b[0m')).toBe('\u001b[31mred\u001b[0m')
  expect(
    cleanLine('\u001b]52;c;ZXZpbA==\u0007a\u001b[2Jb\u001b]0;title\u001b\\c\u0007\u0000d\u009b\u202ee'),
  ).toBe('abcde')
  expect(cleanLine('10%\r50%\r100%\r')).toBe('100%')
})

test('a line without end is cut', () => {
  const [line] = linesOf(...Array.from({ length: 100 }, () => 'x'.repeat(10_000)))
  expect(line).toHaveLength(maxLineLength + 4)
})
