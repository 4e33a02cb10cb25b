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
])('a %s service with engines %s needs %j', async (kind, wanted, needed) => {
  expect(await neededNode(join(top, kind), wanted, '20.20.2')).toEqual(needed)
})
