import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { LogFile } from './log-file.ts'

const directory = await mkdtemp(join(tmpdir(), 'log-file-'))
afterAll(() => rm(directory, { recursive: true }))
const path = join(directory, 'log.gz')
const textOf = async (): Promise<string> => gunzipSync(await readFile(path)).toString()

test('each line is a line of text with its time and stream, whatever is in it', async () => {
  const log = new LogFile(path)
  log.write({ at: 0, stream: 'packer', text: '$ npm ci' })
  log.write({ at: 1, stream: 'stderr', text: 'one\ntwo' })
  await log.end()
  expect(await textOf()).toBe(
    '1970-01-01T00:00:00.000Z packer $ npm ci\n1970-01-01T00:00:00.001Z stderr one two\n',
  )
})

test.each([
  ['bytes', { maxBytes: 100_000, maxWaiting: 1e9 }],
  ['what waits to be compressed', { maxBytes: 1e9, maxWaiting: 100_000 }],
])('too many lines, by %s: the beginning and the end are kept', async (_, limits) => {
  const log = new LogFile(path, limits)
  for (let i = 0; i < 10_000; i++) log.write({ at: 0, stream: 'stdout', text: `line ${i}` })
  await log.end()
  const lines = (await textOf()).trim().split('\n')
  expect(lines[0]).toMatch(/line 0$/)
  expect(lines.at(-501)).toMatch(/packer … \d{4} lines are left out here …$/)
  expect(lines.at(-500)).toMatch(/line 9500$/)
  expect(lines.at(-1)).toMatch(/line 9999$/)
  expect(lines.length).toBeLessThan(6000)
})

test('says that it could not be written, and not before its end', async () => {
  const log = new LogFile(join(directory, 'nowhere', 'log.gz'))
  log.write({ at: 0, stream: 'stdout', text: 'x' })
  await expect(log.end()).rejects.toMatchObject({ code: 'ENOENT' })
})
