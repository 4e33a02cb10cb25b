import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { releaseDir, releasesDir, stagingDir } from '../../shared/host/layout.ts'
import type { ReleaseMarker } from '../../shared/host/release.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { lastProven, removable, removeReleases } from './retention.ts'

const release = (name: string, provenHealthyAt?: number): ReleaseMarker => ({
  v: 1,
  digest: name.repeat(64),
  service: 'web',
  version: name,
  commit: 'c'.repeat(40),
  installedAt: 1,
  ...(provenHealthyAt === undefined ? {} : { provenHealthyAt }),
})
const digest = (name: string): string => name.repeat(64)

test('what was proven last is kept, never proven is not, and what is pinned always is', () => {
  const releases = [release('a', 10), release('b', 30), release('c'), release('d', 20), release('e')]
  expect(removable(releases, 2, new Set([digest('a'), digest('e')]))).toEqual([digest('c')])
  expect(removable(releases, 1, new Set())).toEqual(['a', 'c', 'd', 'e'].map(digest))
})

test('however releases and pins are mixed, nothing pinned goes and enough proven stay', () => {
  for (let round = 0; round < 500; round++) {
    const names = Array.from('0123456789abcdef').filter(() => Math.random() < 0.6)
    const releases = names.map((name) =>
      release(name, Math.random() < 0.6 ? Math.floor(Math.random() * 1000) : undefined),
    )
    const pinned = new Set(names.filter(() => Math.random() < 0.2).map(digest))
    const keep = 1 + Math.floor(Math.random() * 6)
    const gone = new Set(removable(releases, keep, pinned))
    const provenLeft = releases.filter((r) => r.provenHealthyAt !== undefined && !gone.has(r.digest))
    const proven = releases.filter((r) => r.provenHealthyAt !== undefined)
    expect([...pinned].filter((each) => gone.has(each))).toEqual([])
    expect(provenLeft.length).toBeGreaterThanOrEqual(Math.min(keep, proven.length))
  }
})

test('the last good release is the one that was proven last', () => {
  const releases = [release('a', 10), release('b', 30), release('c')]
  expect(lastProven(releases)?.digest).toBe(digest('b'))
  expect(lastProven(releases, { digest: digest('b') })?.digest).toBe(digest('a'))
  expect(lastProven([release('c')])).toBeUndefined()
})

test('a release leaves its place whole, also when an earlier removal was interrupted', async () => {
  await using directory = await TemporaryDirectory.create()
  const paths = { root: directory.path, state: directory.path }
  const release = releaseDir(paths, 'web', digest('a'))
  const doomed = join(stagingDir(paths, 'web'), `${digest('a')}.removed`)
  for (const path of [release, doomed]) mkdirSync(path, { recursive: true })
  for (const name of ['one', 'two']) writeFileSync(join(release, name), '')
  writeFileSync(join(doomed, 'left'), '')
  await removeReleases(paths, 'web', [digest('a')], AbortSignal.timeout(5000))
  expect(readdirSync(releasesDir(paths, 'web'))).toEqual([])
  expect(readdirSync(doomed)).toEqual(['one', 'two'])
})
