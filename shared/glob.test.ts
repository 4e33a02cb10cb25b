import { expect, test } from 'vitest'
import { matchesGlob } from './glob.ts'

test.each([
  ['dist', 'dist', true],
  ['dist', 'dist/app.js', false],
  ['dist/*.js', 'dist/app.js', true],
  ['dist/*.js', 'dist/sub/app.js', false],
  ['dist/**/*.js', 'dist/app.js', true],
  ['dist/**/*.js', 'dist/a/b/app.js', true],
  ['**/web', 'target/release/web', true],
  ['**/web', 'target/release/webs', false],
  ['dist/**', 'dist/a/b', true],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['*.tar.*', 'x.tar.tar.gz', true],
  ['[a].(b)', '[a].(b)', true],
])('%s and %s: %s', (glob, path, fits) => {
  expect(matchesGlob(glob, path)).toBe(fits)
})

test('a glob full of stars takes no longer than others', () => {
  expect(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(250))).toBe(false)
  expect(matchesGlob(`${'**/a/'.repeat(50)}b`, 'a/'.repeat(100))).toBe(false)
})
