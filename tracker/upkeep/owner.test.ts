import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DirectoryStore } from '../../shared/adapters/directory-store.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { ownStore } from './owner.ts'

const [mine, other] = ['0a'.repeat(16), '0b'.repeat(16)] as const
let directory: TemporaryDirectory
let artifacts: DirectoryStore
let file: string

beforeEach(async () => {
  directory = await TemporaryDirectory.create()
  artifacts = new DirectoryStore(directory.path)
  file = join(directory.path, 'owner', 'tracker.json')
})
afterEach(() => directory[Symbol.asyncDispose]())

const own = (tracker: string, now = 1_790_000_000_000): Promise<void> =>
  ownStore(artifacts, tracker, now, AbortSignal.timeout(5000))

test('a store belongs to the first tracker that uses it, and stays its own', async () => {
  await own(mine)
  await own(mine, 1_800_000_000_000)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ v: 1, tracker: mine, since: 1_790_000_000_000 })
})

test('another tracker is refused, told since when and what to do', async () => {
  await own(mine)
  await expect(own(other)).rejects.toMatchObject({
    code: 'conflict',
    message:
      'The artifact store belongs to another tracker, since 2026-09-21T14:13:20.000Z: each would remove what the other stores.',
    hint: 'Give this tracker a directory, or a prefix in the bucket, of its own; if the other one is gone for good, remove owner/tracker.json from the store.',
  })
  await rm(file)
  await own(other)
})

test('of two that claim it at once one has it', async () => {
  const answers = await Promise.allSettled([own(mine), own(other)])
  expect(answers.some(({ status }) => status === 'rejected')).toBe(true)
})

test.each(['', '{', '[]', '{"v":2}', 'x'.repeat(100_000)])(
  '%.10j says of nobody whose it is',
  async (text) => {
    await mkdir(join(file, '..'))
    await writeFile(file, text)
    await expect(own(mine)).rejects.toMatchObject({
      code: 'conflict',
      message: 'owner/tracker.json in the artifact store does not say whose it is.',
    })
  },
)
