import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFile } from '../shared/host/layout.ts'
import { bootId } from '../shared/host/process.ts'
import { TemporaryDirectory } from '../test/dev-env/temporary-directory.ts'
import { takeLock } from './lock.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await TemporaryDirectory.create()
})
afterEach(() => directory[Symbol.asyncDispose]())

test('a lock is held against others until it is given back', async () => {
  {
    await using _lock = await takeLock(directory.path)
    await expect(takeLock(directory.path)).rejects.toThrow(`process ${process.pid}`)
  }
  await using _again = await takeLock(directory.path)
})

test.each([
  ['of a process that is gone', { bootId: bootId(), pid: 4_194_304, startTicks: 1 }],
  ['of a pid that belongs to somebody else now', { bootId: bootId(), pid: process.pid, startTicks: 1 }],
  ['from before a reboot', { bootId: 'another', pid: process.pid, startTicks: 1 }],
  ['that was never finished', 'half'],
])('a lock %s is taken over', async (_what, content) => {
  writeFileSync(lockFile(directory.path), JSON.stringify(content))
  await using _lock = await takeLock(directory.path)
  expect(readFileSync(lockFile(directory.path), 'utf8')).toContain(String(process.pid))
})
