import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newBuild } from '../../test/fixtures/build-rows.ts'
import { Store } from '../db/store.ts'
import { cancel } from './cancel.ts'
import { beginBuild } from './move-build.ts'
import { recordResult } from './record-result.ts'

const packer = 'p0123456789ab'
let directory: string
let store: Store

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'record-result-'))
  store = await Store.open(join(directory, 'tracker.db'))
})
afterEach(async () => {
  store[Symbol.dispose]()
  await rm(directory, { recursive: true })
})

const begun = (attempt: number): Promise<number> =>
  store.write((writing) => {
    const id = writing.builds.insert(newBuild({ now: 1 }))
    beginBuild(writing, writing.builds.get(id)!, packer, attempt)
    return id
  })
const stopped = (buildId: number, attempt: number) =>
  store.write((writing) =>
    recordResult(writing, packer, {
      ...{ v: 1, buildId, attempt },
      ...{ outcome: 'stopped', kept: `${buildId}-${attempt}` },
    }),
  )
const keptOf = (id: number) => store.read.builds.get(id)?.kept

test('the log of a build that was cancelled is that of who had it last', async () => {
  const id = await begun(2)
  await store.write((writing) => cancel(writing, id, 'ann', undefined))
  await stopped(id, 1)
  expect(keptOf(id)).toBeNull()
  await stopped(id, 2)
  expect(keptOf(id)).toBe(`${id}-2`)
})

test('a build that another packer has by now is not ended by who was stopped', async () => {
  const id = await begun(2)
  await stopped(id, 1)
  expect(store.read.builds.get(id)).toMatchObject({ state: 'building', kept: null })
})

test('a failure comes with its log', async () => {
  const id = await begun(1)
  const result = { v: 1, buildId: id, attempt: 1, outcome: 'failed', error: 'x', kept: `${id}-1` } as const
  await store.write((writing) => recordResult(writing, packer, result))
  expect(store.read.builds.get(id)).toMatchObject({ state: 'failed', kept: `${id}-1` })
})

test('a failure of one that took it unheard, by the number that the next one has, is not the end of it', async () => {
  const id = await begun(1)
  const result = { v: 1, buildId: id, attempt: 1, error: 'x' } as const
  for (const outcome of ['failed', 'declined'] as const)
    await store.write((writing) => recordResult(writing, 'p000000000002', { ...result, outcome }))
  expect(store.read.builds.get(id)).toMatchObject({ state: 'building', packer })
})
