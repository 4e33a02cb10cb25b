import { expect, test } from 'vitest'
import { firstError } from './first-error.ts'

const lines = (...texts: readonly string[]) =>
  texts.map((text) => ({ at: 1, stream: 'stdout' as const, text }))

test.each([
  ['npm ERR! missing script: build'],
  ['src/page.ts(3,1): error TS2304: Cannot find name x.'],
  ['\u001b[31merror\u001b[0m: could not compile `web`'],
  ['Traceback (most recent call last):'],
  ['ERROR: No matching distribution found for no-such-thing==1'],
  ['BUILD FAILED'],
])('%s', (text) => {
  expect(firstError(lines('added 12 packages', text, 'error again'))).toBe(1)
})

test.each([['0 errors, 2 warnings'], ['compiling error-handler.ts'], ['found 0 failures'], ['done']])(
  'not: %s',
  (text) => {
    expect(firstError(lines(text))).toBeUndefined()
  },
)

test('what the packer itself says is no place to look', () => {
  expect(firstError([{ at: 1, stream: 'packer', text: 'npm ci failed: error' }])).toBeUndefined()
})
