import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gatherModules } from './gather-modules.ts'

let top: string
let checkout: string
let service: string
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'gather-'))
  checkout = join(top, 'source')
  service = join(checkout, 'web')
})
afterEach(() => rm(top, { recursive: true, force: true }))

/** A package in a directory of the checkout; `version` sets two of one name apart. */
const packageAt = async (path: string, needs: readonly string[] = [], more: object = {}): Promise<void> => {
  const dependencies = Object.fromEntries(needs.map((name) => [name, '*']))
  await mkdir(join(checkout, path), { recursive: true })
  await writeFile(join(checkout, path, 'package.json'), JSON.stringify({ dependencies, ...more }))
  await writeFile(join(checkout, path, 'from'), path)
}
const link = async (path: string, target: string): Promise<void> => {
  await mkdir(dirname(join(checkout, path)), { recursive: true })
  await symlink(target, join(checkout, path))
}

/** What lies where: each package's place below node_modules, and where it came from. */
const gathered = async (): Promise<Record<string, string>> => {
  const modules = await gatherModules(checkout, service)
  const found = await readdir(modules, { recursive: true })
  const places = found.filter((path) => path.endsWith('/from')).sort()
  return Object.fromEntries(
    await Promise.all(
      places.map(async (path) => [dirname(path), await readFile(join(modules, path), 'utf8')]),
    ),
  ) as Record<string, string>
}

describe('production dependencies', () => {
  test('come from wherever they were hoisted to, without those that only development needs', async () => {
    await packageAt('web', ['a', '@x/b'], { devDependencies: { dev: '*' } })
    await packageAt('node_modules/a', ['c'])
    await packageAt('node_modules/@x/b')
    await packageAt('node_modules/c', ['a'])
    await packageAt('node_modules/dev')
    expect(await gathered()).toEqual({
      '@x/b': 'node_modules/@x/b',
      a: 'node_modules/a',
      c: 'node_modules/c',
    })
  })

  test('find the version that they found before, also when another is in the way', async () => {
    await packageAt('web', ['a', 'b'])
    await packageAt('web/node_modules/b', [])
    await packageAt('node_modules/a', ['b', 'c'])
    await packageAt('node_modules/b', ['c'])
    await packageAt('node_modules/c', ['b'])
    expect(await gathered()).toEqual({
      a: 'node_modules/a',
      'a/node_modules/b': 'node_modules/b',
      b: 'web/node_modules/b',
      c: 'node_modules/c',
      'c/node_modules/b': 'node_modules/b',
    })
  })

  test('are found through links, as pnpm and workspaces lay them', async () => {
    const store = 'node_modules/.pnpm'
    await packageAt('web', ['a', 'local'])
    await packageAt('local', ['a'])
    await packageAt(`${store}/a@1/node_modules/a`, ['b'])
    await packageAt(`${store}/b@1/node_modules/b`)
    await link('web/node_modules/a', `../../${store}/a@1/node_modules/a`)
    await link('web/node_modules/local', '../../local')
    await link('local/node_modules/a', `../../${store}/a@1/node_modules/a`)
    await link(`${store}/a@1/node_modules/b`, '../../b@1/node_modules/b')
    expect(await gathered()).toEqual({
      a: `${store}/a@1/node_modules/a`,
      b: `${store}/b@1/node_modules/b`,
      local: 'local',
    })
  })

  test('bring what Prisma generates beside its package', async () => {
    await packageAt('web', ['@prisma/client'])
    await packageAt('node_modules/@prisma/client')
    await packageAt('node_modules/.prisma/client')
    expect(await gathered()).toMatchObject({ '.prisma/client': 'node_modules/.prisma/client' })
  })

  test('of old packages may be said in odd ways', async () => {
    await packageAt('web', ['a'])
    await packageAt('node_modules/a', [], { dependencies: [], bin: { x: false }, engines: ['node'] })
    expect(await gathered()).toEqual({ a: 'node_modules/a' })
  })

  test('bring the commands that they have, and none that lie outside of them', async () => {
    await packageAt('web', ['@x/tool'])
    await packageAt('node_modules/@x/tool', [], {
      bin: { tool: './from', '../evil': 'from', out: '../../from' },
    })
    const bin = join(await gatherModules(checkout, service), '.bin')
    expect(await readdir(bin)).toEqual(['tool'])
    expect(await readlink(join(bin, 'tool'))).toBe('../@x/tool/from')
  })

  test('may be missing if they are optional, and else are named', async () => {
    await packageAt('web', [], { optionalDependencies: { o: '*' }, peerDependencies: { p: '*' } })
    expect(await gathered()).toEqual({})
    await packageAt('web', ['a'])
    await packageAt('node_modules/a', ['gone'])
    await expect(gatherModules(checkout, service)).rejects.toMatchObject({
      code: 'invalid',
      message: 'The package gone, which a depends on, is in no node_modules after the install.',
    })
  })

  test('are not taken from outside of the repo', async () => {
    await packageAt('web', ['a'])
    await mkdir(join(top, 'elsewhere'))
    await link('node_modules/a', '../../elsewhere')
    await expect(gatherModules(checkout, service)).rejects.toMatchObject({
      message: expect.stringMatching(/^The package a is a link to .*, outside of the repo\.$/) as string,
    })
  })
})
