import { expect, test } from 'vitest'
import { buildCommand } from './build-command.ts'

test('a build as a command', () => {
  expect(buildCommand({ service: '', ref: undefined, rebuild: false })).toBe('tracker build SERVICE')
  expect(buildCommand({ service: 'web', ref: 'v1', rebuild: true })).toBe('tracker build web@v1 --rebuild')
})
