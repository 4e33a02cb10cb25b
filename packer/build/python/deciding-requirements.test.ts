import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decidingRequirements } from './deciding-requirements.ts'

let checkout: string
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'requirements-'))
})
afterEach(() => rm(checkout, { recursive: true }))

const decidingOf = async (files: Record<string, string>): ReturnType<typeof decidingRequirements> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(checkout, dirname(path)), { recursive: true })
    await writeFile(join(checkout, path), text)
  }
  return decidingRequirements(checkout, 'web/requirements.txt')
}

const pinned = 'idna==3.6 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb  # via anyio\n'

test('requirements with hashes are decided by their file and all that it includes', async () => {
  const files = {
    'web/requirements.txt': `# all\n--require-hashes\n-i https://index.example/simple\n-r../base.txt\n-c versions.txt\n${pinned}`,
    'base.txt': `-r web/requirements.txt\r\n--requirement=more/x.txt\r\n`,
    'more/x.txt': pinned,
    'web/versions.txt': 'anyio<5\n',
  }
  expect(await decidingOf(files)).toEqual({
    files: [...Object.keys(files).slice(0, 1), 'base.txt', 'web/versions.txt', 'more/x.txt'],
  })
})

test.each([
  ['flask', "'flask' in web/requirements.txt has no hash"],
  ['flask==3.0.0', "'flask==3.0.0' in web/requirements.txt has no hash"],
  ['# one \\\nflask', "'flask' in web/requirements.txt has no hash"],
  ['-e .', "'-e .' in web/requirements.txt has no hash"],
  ['--find-links wheels', "'--find-links wheels' in web/requirements.txt has no hash"],
  ['-r /etc/hosts', "'-r /etc/hosts' in web/requirements.txt has no hash"],
  ['-r other.txt', 'web/other.txt cannot be read'],
  ['-r ../open.txt', "'flask==3.0.0' in open.txt has no hash"],
  ['-c ../open.txt\n-r ../open.txt', "'flask==3.0.0' in open.txt has no hash"],
  ['-c ../local.txt', "'flask @ file:///flask' in local.txt has no hash"],
  [
    'x @ git+https://me:secret@git.example/x',
    "'x @ git+https://***@git.example/x' in web/requirements.txt has no hash",
  ],
])('with %j it is not known what is installed', async (line, unknown) => {
  const files = { 'open.txt': 'flask==3.0.0', 'local.txt': 'flask @ file:///flask' }
  expect(await decidingOf({ ...files, 'web/requirements.txt': `${pinned}${line}\n` })).toEqual({ unknown })
})
