import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { listEntries } from '../pack/list-entries.ts'
import { installedIn, lockedBy } from './dependencies.ts'

const directory = await mkdtemp(join(tmpdir(), 'dependencies-'))
afterAll(() => rm(directory, { recursive: true }))

test('packages are told by their own files, wherever they lie, each once', async () => {
  const files: Record<string, string> = {
    'package.json': '{"name": "web", "version": "1.0.0"}',
    'node_modules/ms/package.json': '{"name": "ms", "version": "2.1.3"}',
    'node_modules/ms/dist/package.json': '{"type": "module"}',
    'node_modules/@scope/one/package.json': '{"name": "@scope/one", "version": "1.0.0"}',
    'node_modules/@scope/one/node_modules/ms/package.json': '{"name": "ms", "version": "1.0.0"}',
    'node_modules/other/node_modules/ms/package.json': '{"name": "ms", "version": "2.1.3"}',
    'node_modules/broken/package.json': '{',
    'site-packages/greetings-1.2.0.dist-info/METADATA': 'Name: greetings',
    'site-packages/typing_extensions-4.1.dist-info/METADATA': '',
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(directory, dirname(path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  expect(installedIn(directory, await listEntries(directory))).toEqual([
    { kind: 'npm', name: '@scope/one', version: '1.0.0' },
    { kind: 'npm', name: 'ms', version: '1.0.0' },
    { kind: 'npm', name: 'ms', version: '2.1.3' },
    { kind: 'pip', name: 'greetings', version: '1.2.0' },
    { kind: 'pip', name: 'typing_extensions', version: '4.1' },
  ])
})

test('go.sum names the modules that were taken', () => {
  const text = [
    'example.com/b v1.2.0 h1:abc=',
    'example.com/b v1.2.0/go.mod h1:abc=',
    'example.com/a v0.0.0-2023 h1:abc=',
    'example.com/c v1.0.0/go.mod h1:abc=',
  ].join('\n')
  expect(lockedBy['go.sum']?.(text)).toEqual([
    { kind: 'go', name: 'example.com/a', version: 'v0.0.0-2023' },
    { kind: 'go', name: 'example.com/b', version: 'v1.2.0' },
  ])
})

test('Cargo.lock names the crates that came from elsewhere', () => {
  const text = `version = 3

[[package]]
name = "own"
version = "0.1.0"

[[package]]
name = "itoa"
version = "1.0.9"
source = "registry"
`
  expect(lockedBy['Cargo.lock']?.(text)).toEqual([{ kind: 'cargo', name: 'itoa', version: '1.0.9' }])
})
