import { expect, test } from 'vitest'
import { parseEnvironmentFile } from './environment-file.ts'

test('names, values as they stand, and comments', () => {
  const text = '# for this host\n\nPORT=8081\nURL=http://x/?a=b#c \nEMPTY=\n'
  expect(parseEnvironmentFile(text, 'web.env')).toEqual({ PORT: '8081', URL: 'http://x/?a=b#c', EMPTY: '' })
})

test.each([
  ['A=1\nexport B=2', /Line 2 of web\.env cannot be used: it is not NAME=value/],
  ['LD_PRELOAD=/tmp/x.so', /Line 1 .*LD_PRELOAD would load foreign code/],
  ['NODE_OPTIONS=--require=/tmp/x', /NODE_OPTIONS would load/],
])('%j is refused with its line', (text, message) => {
  expect(() => parseEnvironmentFile(text, 'web.env')).toThrow(message)
})
