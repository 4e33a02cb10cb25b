import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decidingFiles, type Deciding } from './deciding-files.ts'

let checkout: string
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'deciding-'))
})
afterEach(() => rm(checkout, { recursive: true }))

const write = async (files: Record<string, string | object>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(checkout, path, '..'), { recursive: true })
    await writeFile(join(checkout, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
}
const deciding = (root = '.', lockfile = 'package-lock.json'): Promise<Deciding> =>
  decidingFiles(checkout, { tool: 'npm', root, lockfile, install: [] })

test('are those that package managers read, in the workspace and above it, and what they link to', async () => {
  await write({
    ...{ '.npmrc': '', 'README.md': '', 'other/package.json': {}, 'app/package-lock.json': '{}' },
    ...{ 'app/package.json': {}, 'app/server.js': '', 'app/.yarn/releases/yarn.cjs': '' },
    ...{ 'app/packages/a/package.json': { bin: './run.js' }, 'app/packages/a/run.js': '' },
    ...{ 'app/packages/b/package.json': { bin: { b: 'built.js' } }, 'app/prisma/schema.prisma': '' },
  })
  const found = await deciding('app')
  expect('files' in found && [...found.files].sort()).toEqual([
    ...['.npmrc', 'app/.yarn/releases/yarn.cjs', 'app/package-lock.json', 'app/package.json'],
    ...['app/packages/a/package.json', 'app/packages/a/run.js', 'app/packages/b/package.json'],
    'app/prisma/schema.prisma',
  ])
})

test.each([
  ['packages/a/package.json has a script', { 'packages/a/package.json': { scripts: { postinstall: 'x' } } }],
  ["package-lock.json names other files of the repo ('file:')", { 'package-lock.json': '"file:../x.tgz"' }],
  ["package-lock.json names other files of the repo ('\"../')", { 'package-lock.json': '"../x": {}' }],
  ['binding.gyp has a package of the repo compiled', { 'binding.gyp': '' }],
  ['vendor/node_modules is in the repo', { 'vendor/node_modules/a/index.js': '' }],
])('cannot be told when %s', async (reason, files) => {
  await write({ 'package.json': {}, 'package-lock.json': '{}', ...files })
  expect(await deciding()).toEqual({ unknown: expect.stringContaining(reason) as string })
})

test('cannot be told when one of them is a link', async () => {
  await write({ 'package.json': {}, 'package-lock.json': '{}' })
  await symlink('elsewhere', join(checkout, '.npmrc'))
  expect(await deciding()).toEqual({ unknown: '.npmrc is a link' })
})
