import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bootId } from './process.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { takeLock } from './lock.ts'

let directory: TemporaryDirectory
let file: string
beforeEach(async () => {
  directory = await TemporaryDirectory.create()
  file = join(directory.path, 'lock')
})
const take = () =>
  takeLock(file, { program: 'packer', directory: directory.path, hint: 'Give it one of its own.' })
afterEach(() => directory[Symbol.asyncDispose]())

test('a lock is held against others until it is given back', async () => {
  {
    await using _lock = await take()
    await expect(take()).rejects.toMatchObject({
      code: 'locked',
      message: `Another packer (process ${process.pid}) is at work on ${directory.path}.`,
    })
  }
  await using _again = await take()
})

test.each([
  ['of a process that is gone', { bootId: bootId(), pid: 4_194_304, startTicks: 1 }],
  ['of a pid that belongs to somebody else now', { bootId: bootId(), pid: process.pid, startTicks: 1 }],
  ['from before a reboot', { bootId: 'another', pid: process.pid, startTicks: 1 }],
  ['that was never finished', 'half'],
])('a lock %s is taken over', async (_what, content) => {
  writeFileSync(file, JSON.stringify(content))
  await using _lock = await take()
  expect(readFileSync(file, 'utf8')).toContain(String(process.pid))
})
