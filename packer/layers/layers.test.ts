import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BuildLayers } from './build-layers.ts'
import { Layers } from './layers.ts'
import type { Made, Recipe } from './recipe.ts'

let top: string
let root: string
let said: string[]
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'packer-layers-'))
  root = join(top, 'source')
  said = []
  await mkdir(root)
  await writeFile(join(root, 'lockfile'), '1')
})
afterEach(() => rm(top, { recursive: true, force: true }))

const layersIn = (maxBytes?: number): Promise<Layers> => Layers.open(join(top, 'layers'), maxBytes)
const buildWith = (layers: Layers, { fresh = false, environment = ['A=1'] } = {}): BuildLayers =>
  new BuildLayers(layers, {
    ...{ environment, fresh },
    say: (text) => said.push(text),
    signal: new AbortController().signal,
  })
const recipe = (decides = 'tool 1'): Recipe => ({
  ...{ name: 'install', decides: [decides], root, files: ['lockfile'] },
  directories: async () => (await readdir(root)).filter((name) => name === 'modules'),
})
const made = join('modules', 'inner', 'file')
/** As an install does: new files. */
const make = async (content: string): Promise<void> => {
  await rm(join(root, 'modules'), { recursive: true, force: true })
  await mkdir(join(root, 'modules/inner'), { recursive: true })
  await writeFile(join(root, made), content)
}
/** What one build gets: out of a layer or made of `content`. */
const build = async (layers: Layers, content: string, how = recipe()): Promise<string> => {
  await using build = buildWith(layers)
  if ((await build.take(how)) === undefined) {
    await make(content)
    await build.made(how)
  }
  return await readFile(join(root, made), 'utf8')
}

test('what a build made is there for the next, moved and not copied, also after a restart', async () => {
  expect(await build(await layersIn(), 'first')).toBe('first')
  const { ino } = await stat(
    join(top, 'layers', (await readdir(join(top, 'layers')))[0] ?? '', '0/inner/file'),
  )
  expect(await readdir(root)).toEqual(['lockfile'])
  await using second = buildWith(await layersIn())
  await second.take(recipe())
  expect((await stat(join(root, made))).ino).toBe(ino)
  expect(said.join('\n')).toMatch(
    /^What install made is kept as layer (\w{12}) \(1 file\)\.\nTaken from layer \1 \(1 file\), as nothing has changed for install\.$/,
  )
})

test('is made anew when a file, a tool or the environment is another', async () => {
  const layers = await layersIn()
  await build(layers, 'first')
  expect(await build(layers, 'by another tool', recipe('tool 2'))).toBe('by another tool')
  expect(await buildWith(layers, { environment: ['A=2'] }).take(recipe())).toBeUndefined()
  await writeFile(join(root, 'lockfile'), '2')
  expect(await build(layers, 'second')).toBe('second')
  await writeFile(join(root, 'lockfile'), '1')
  expect(await build(layers, 'third')).toBe('first')
})

test('is not kept when the build has changed it, however well that is hidden', async () => {
  const layers = await layersIn()
  await using changing = buildWith(layers)
  await make('first')
  const placed = await changing.made(recipe())
  const { atime, mtime } = await stat(join(root, made))
  await writeFile(join(root, made), 'other')
  await utimes(join(root, made), atime, mtime)
  expect(await placed.keep()).toBe(false)
  expect(await readFile(join(root, made), 'utf8')).toBe('other')
  expect(said).toEqual(['The build has changed what install made, so that is not kept.'])
  expect(await build(layers, 'second')).toBe('second')
})

test('is not changed by tools that keep a cache in node_modules', async () => {
  const layers = await layersIn()
  const how = { ...recipe(), directories: () => Promise.resolve(['node_modules']) }
  await using caching = buildWith(layers)
  await mkdir(join(root, 'node_modules/a'), { recursive: true })
  const placed = await caching.made(how)
  await mkdir(join(root, 'node_modules/.cache/tool'), { recursive: true })
  expect(await placed.keep()).toBe(true)
  await caching.take(how)
  expect(await readdir(join(root, 'node_modules'))).toEqual(['a'])
})

test('is made anew when it was damaged meanwhile', async () => {
  const layers = await layersIn()
  await build(layers, 'first')
  const [key = ''] = await readdir(join(top, 'layers'))
  await writeFile(join(top, 'layers', key, '0/inner/file'), '')
  expect(await build(layers, 'second')).toBe('second')
  expect(said[1]).toMatch(/^Layer \w{12} of install is not as it was kept, so it is made anew\.$/)
})

test('is made anew when that is asked for, and replaces what was kept', async () => {
  const layers = await layersIn()
  await build(layers, 'first')
  {
    await using fresh = buildWith(layers, { fresh: true })
    expect(await fresh.take(recipe())).toBeUndefined()
    await make('fresh')
    await fresh.made(recipe())
  }
  expect(await build(layers, 'third')).toBe('fresh')
})

test('is used by one build at a time: another makes its own, and one of the two is kept', async () => {
  const layers = await layersIn()
  await build(layers, 'first')
  const [one, other] = [buildWith(layers), buildWith(layers)]
  const placed = (await one.take(recipe())) as Made
  expect(await other.take(recipe())).toBeUndefined()
  expect(await placed.keep()).toBe(true)
  await make('second')
  expect(await (await other.made(recipe())).keep()).toBe(true)
  expect(await build(layers, 'third')).toBe('second')
  expect(await readdir(join(top, 'layers'))).toHaveLength(1)
})

test('can be copied, to be changed', async () => {
  const layers = await layersIn()
  await build(layers, 'first')
  const changing = buildWith(layers)
  expect(await changing.copy(recipe())).toBe(true)
  await writeFile(join(root, made), 'other')
  await rm(join(root, 'modules'), { recursive: true })
  expect(await build(layers, 'second')).toBe('first')
  expect(await changing.copy(recipe('tool 2'))).toBe(false)
})

test('is removed when there is too much, what was not used for longest first', async () => {
  const layers = await layersIn(20)
  await build(layers, '123456789', recipe('a'))
  await build(layers, '123456789', recipe('b'))
  await build(layers, 'unused', recipe('a'))
  await build(layers, '123456789', recipe('c'))
  expect(await build(layers, 'anew', recipe('b'))).toBe('anew')
  expect(await build(layers, 'unused', recipe('c'))).toBe('123456789')
})

test('is nothing that a killed packer left half-written', async () => {
  await build(await layersIn(), 'first')
  const [key = ''] = await readdir(join(top, 'layers'))
  await mkdir(join(top, 'layers', `${key}.12345678`))
  await layersIn()
  expect(await readdir(join(top, 'layers'))).toEqual([key])
})
