import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withSearchPaths } from '../../../shared/domain/search-paths.ts'
import { includeRuntime, runtimeDirectory } from './runtime.ts'

let top: string
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'runtime-'))
})
afterAll(() => rm(top, { recursive: true }))

test('the Node.js that goes along runs wherever the release lies, on a host that has none', async () => {
  const said: string[] = []
  await includeRuntime({ directory: join(top, 'built'), say: (text) => said.push(text) })
  const release = join(top, 'release')
  await rename(join(top, 'built'), release)
  const env = withSearchPaths({ PATH: '/nowhere' }, { PATH: [runtimeDirectory] }, release)
  const printed = execFileSync('/usr/bin/env', ['node', '-p', 'process.version + " " + process.execPath'], {
    cwd: '/',
    env,
    encoding: 'utf8',
  })
  expect(printed).toBe(`${process.version} ${release}/.runtime/bin/node\n`)
  expect(said).toEqual([`Node.js ${process.version.slice(1)} goes along as .runtime/bin/node.`])
})

test('one that is in parts is not taken along', async () => {
  const path = process.env['PATH']
  process.env['PATH'] = join(top, 'bin')
  await mkdir(join(top, 'bin'))
  const answer = JSON.stringify({ program: '/usr/bin/node', version: '20.1.0', isShared: true })
  await writeFile(join(top, 'bin/node'), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 })
  const attempt = includeRuntime({ directory: join(top, 'other'), say: () => undefined })
  await expect(attempt.finally(() => (process.env['PATH'] = path))).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^The packer’s Node.js \(\/usr\/bin\/node\) is in parts/) as string,
  })
})
