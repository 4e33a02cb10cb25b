import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { identify } from '../shared/host/process.ts'
import { lockDirectory } from './lock.ts'

test('a directory has one packer at a time; one that was killed holds it no longer', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'packer-lock-'))
  const file = join(directory, 'packer.lock')
  {
    await using _held = await lockDirectory(file)
    await expect(lockDirectory(file)).rejects.toMatchObject({ code: 'locked' })
  }
  await using _again = await lockDirectory(file)
  await writeFile(file, JSON.stringify({ ...identify(process.pid), startTicks: 1 }))
  await using _afterCrash = await lockDirectory(file)
  await rm(directory, { recursive: true })
})
