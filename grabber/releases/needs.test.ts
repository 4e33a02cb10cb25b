import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Needs } from '../../shared/domain/needs.ts'
import { launchOf } from '../../test/dev-env/launch.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { hostGlibc } from './host-glibc.ts'
import { requireNeeds } from './needs.ts'

let directory: TemporaryDirectory
beforeAll(async () => {
  directory = await TemporaryDirectory.create()
  for (const [path, says] of Object.entries({
    'bin/node': 'v20.20.2',
    'bin/python3': 'Python 3.11.2',
    'opt/node': 'v22.1.0',
    'opt/python3.14': "'; exit 1 #'",
    'opt/python3.13': 'Python 3.13.0',
  })) {
    mkdirSync(join(directory.path, path, '..'), { recursive: true })
    writeFileSync(join(directory.path, path), `#!/bin/sh\necho '${says}'\n`)
    chmodSync(join(directory.path, path), 0o755)
  }
})
afterAll(() => directory[Symbol.asyncDispose]())

/** What a host says of a release with these needs, whose PATH holds Node.js 20.20.2 and Python 3.11.2 alone. */
const refusal = async (needs: Needs, command = 'sleep 300', path = 'bin'): Promise<unknown> => {
  const launch = await launchOf({ root: directory.path, state: directory.path }, command, {
    env: { PATH: join(directory.path, path) },
  })
  return requireNeeds({ ...launch, needs }).then(
    () => undefined,
    (error: unknown) => error,
  )
}
const node = (wanted: string, ...anyOf: string[][]): Needs => ({ node: { wanted, anyOf } })

describe('a host that has what a release needs takes it', () => {
  test.each<[string, Needs, string?]>([
    ['nothing', {}],
    ['Python', { python: '3.11' }],
    ['the Python that is named', { python: '3.13' }, 'exec ../../../../../opt/python3.13 app.py'],
    ['one range of Node.js', node('^18 || ^20.1', ['>=18.0.0', '<19.0.0-0'], ['>=20.1.0', '<21.0.0-0'])],
    ['any Node.js', node('*', [])],
    ['exactly its Node.js', node('20.20.2', ['20.20.2'])],
    ['a Python that does not say what it is', { python: '3.13' }, '../../../../../opt/python3.14 app.py'],
    ['its kind and glibc', { machine: `${process.platform}-${process.arch}`, glibc: hostGlibc() ?? '2.0' }],
  ])('%s', async (_, needs, command) => {
    expect(await refusal(needs, command?.replace('../../../../..', directory.path))).toBeUndefined()
  })
})

describe('a host that has not is told so, with both versions and what to do', () => {
  test.each<[Needs, string, string?, string?]>([
    [{ machine: 'linux-vax' }, `web has native code for linux-vax, and this host is linux-${process.arch}.`],
    [
      { glibc: '2.999' },
      `web has native code that needs glibc 2.999, and this host has ${hostGlibc() ?? ''}.`,
    ],
    [{ python: '3.1' }, 'web was built for Python 3.1, and this host has python3 3.11.2.'],
    [
      { python: '3.11' },
      'web was built for Python 3.11, and this host has no python3.12 on the PATH.',
      'exec python3.12 app.py',
    ],
    [node('>=20.21', ['>=20.21.0']), 'web needs Node.js >=20.21, and this host has node 20.20.2.'],
    [node('<20', ['<20.0.0-0']), 'web needs Node.js <20, and this host has node 20.20.2.'],
    [
      node('20.x for its native modules', ['>=20.0.0', '<21.0.0-0']),
      'web needs Node.js 20.x for its native modules, and this host has no node on the PATH.',
      'node server.js',
      'nowhere',
    ],
  ])('%j', async (needs, message, command, path) => {
    expect(await refusal(needs, command, path)).toMatchObject({
      code: 'unavailable',
      message,
      hint: expect.anything() as string,
    })
  })
})
