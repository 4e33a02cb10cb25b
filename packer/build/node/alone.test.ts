import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { alone } from './alone.ts'

test('an install sees only what decides about it, and all else is there again afterwards', async () => {
  const top = await mkdtemp(join(tmpdir(), 'alone-'))
  const checkout = join(top, 'source')
  await mkdir(join(checkout, 'app'), { recursive: true })
  for (const path of ['app/package.json', 'app/server.js']) await writeFile(join(checkout, path), path)
  const seen: string[] = []
  const made = (): Promise<string[]> => Promise.resolve(['app/node_modules'])
  await alone(checkout, ['app/package.json'], made, async () => {
    seen.push(...(await readdir(join(checkout, 'app'))))
    await mkdir(join(checkout, 'app/node_modules/a'), { recursive: true })
    await writeFile(join(checkout, 'app/server.js'), 'overwritten')
  })
  expect(seen).toEqual(['package.json'])
  expect((await readdir(join(checkout, 'app'))).sort()).toEqual(['node_modules', 'package.json', 'server.js'])
  expect(await readFile(join(checkout, 'app/server.js'), 'utf8')).toBe('app/server.js')
  expect(await readdir(top)).toEqual(['source'])
  await rm(top, { recursive: true })
})
