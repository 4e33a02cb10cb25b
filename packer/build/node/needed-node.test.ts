import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { neededNode } from './needed-node.ts'

let top: string
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'needed-'))
  for (const [name, file] of [
    ['plain', 'index.js'],
    ['native', 'build/Release/addon.node'],
  ] as const) {
    await mkdir(join(top, name, 'node_modules/x', file, '..'), { recursive: true })
    await writeFile(join(top, name, 'node_modules/x', file), '')
  }
})
afterAll(() => rm(top, { recursive: true }))

test.each([
  ['plain', undefined, undefined],
  ['plain', undefined, { wanted: 'of any version', anyOf: [[]] }, 'NODE_ENV=production node .'],
  ['plain', undefined, { wanted: 'of any version', anyOf: [[]] }, 'exec /usr/bin/npm start'],
  ['plain', undefined, undefined, 'bin/node-like --node=x nodes'],
  ['plain', '>=18', { wanted: '>=18', anyOf: [['>=18.0.0']] }],
  ['native', undefined, { wanted: '20.x for its native modules', anyOf: [['>=20.0.0', '<21.0.0-0']] }],
  [
    'native',
    '^18 || >=20.10',
    {
      wanted: '^18 || >=20.10, and 20.x for its native modules',
      anyOf: [
        ['>=18.0.0', '<19.0.0-0', '>=20.0.0', '<21.0.0-0'],
        ['>=20.10.0', '>=20.0.0', '<21.0.0-0'],
      ],
    },
  ],
])('a %s service with engines %s needs %j', async (kind, wanted, needed, command = './start') => {
  const facts = { directory: join(top, kind), wanted, version: '20.20.2', command }
  expect(await neededNode(facts)).toEqual(needed)
})
