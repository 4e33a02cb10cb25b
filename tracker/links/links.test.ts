import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../shared/api/index.ts'
import { PersonError } from '../../shared/errors.ts'
import { createLogger } from '../../shared/log.ts'
import { exampleResolved } from '../../shared/messages/sources.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { addBuilt } from '../../test/fixtures/add-built.ts'
import { TrackerApi } from '../../test/fixtures/tracker-api.ts'
import { beginBuild, completeBuild } from '../builds/move-build.ts'
import type { BuildRow } from '../db/builds.ts'
import { Links } from './links.ts'

const commit = 'e'.repeat(40)

let tracker: TrackerApi
let links: Links
/** What was asked of packers, as `SERVICE REF`. */
let resolved: string[]
let answer: () => void
beforeEach(async () => {
  tracker = await TrackerApi.start()
  resolved = []
  answer = () => undefined
  await tracker.store.write((writing) => {
    for (const name of ['lib', 'web', 'api', 'shop'])
      writing.services.upsert({ name, repo: `/srv/git/${name}`, path: '.', now: writing.now })
  })
  start()
})
afterEach(async () => {
  links[Symbol.dispose]()
  await tracker[Symbol.asyncDispose]()
})

const start = (): void => {
  const resolve = (service: string, ref: string) => {
    resolved.push(`${service} ${ref}`)
    answer()
    return Promise.resolve({ ...exampleResolved, commit, version: service })
  }
  links = new Links({ store: tracker.store, sources: { resolve }, log: createLogger('test', 'silent') })
  void links.run()
}

const link = async (service: string, base: string) => {
  const request = { params: { name: service }, body: { base } }
  expect(await tracker.call(api.linkService, request)).toMatchObject({ status: 201 })
}
let digests = 0
/** A base is built, into an artifact that there was not before, or into one that there was. */
const newArtifact = (service: string, digest?: string) => {
  digests += 1
  tracker.now += 1000
  return tracker.store.write((writing) =>
    addBuilt(
      writing,
      digest ?? String(digests).padStart(64, '0'),
      { commit: String(digests).padStart(40, '0') },
      service,
    ),
  )
}
const running = (): BuildRow[] => tracker.store.read.builds.running()
const names = () =>
  running()
    .map(({ service }) => service)
    .sort()
/** Ends a build that runs, into a new artifact or one that there was. */
const finish = async (service: string, digest?: string) => {
  const build = running().find((each) => each.service === service)!
  digests += 1
  tracker.now += 1000
  const made = digest ?? String(digests).padStart(64, '0')
  await tracker.store.write((writing) => {
    const { version, buildConfig, rollout } = exampleResolved
    const size = { size: 1, unpackedSize: 1, entries: 1 }
    writing.artifacts.insert({
      service,
      digest: made,
      version,
      commit,
      buildConfig,
      rollout,
      ...size,
      now: writing.now,
    })
    completeBuild(writing, build, made)
  })
  return made
}
const isSettled = (service: string, base: string): boolean => {
  const { builtFor, newest } = tracker.store.read.links.get(service, base)!
  return builtFor === newest
}
const asked = (count: number) => eventually(`${count} questions`, () => resolved.length >= count)
const queued = (...services: string[]) =>
  eventually(`builds of ${services.join()}`, () => names().join() === services.sort().join())

test('a new artifact of the base has its children built again, last in the queue, though nothing of theirs has changed', async () => {
  await newArtifact('lib')
  await tracker.store.write((writing) => addBuilt(writing, 'f'.repeat(64), { commit }, 'web'))
  await link('web', 'lib')
  await newArtifact('lib')
  await queued('web')
  expect(running()).toMatchObject([
    { commit, cause: 'link', askedBy: 'link to lib', fresh: true, priority: 3 },
  ])
  expect(resolved).toEqual(['web HEAD'])
  expect(tracker.store.read.audit.list({ action: 'build.start' }, 9)).toMatchObject([
    { who: 'link to lib', service: 'web' },
  ])
})

test('there is one more build, however often the base changes', async () => {
  await link('web', 'lib')
  await newArtifact('lib')
  await queued('web')
  const first = running()[0]!
  for (let count = 0; count < 5; count += 1) await newArtifact('lib')
  await eventually('the waiting build to serve', () => isSettled('web', 'lib'))
  expect(resolved).toHaveLength(1)
  await tracker.store.write((writing) => beginBuild(writing, first, 'p000000000001', 1))
  for (let count = 0; count < 5; count += 1) await newArtifact('lib')
  expect(running()).toHaveLength(1)
  await finish('web')
  await eventually('one more', () => (running()[0]?.id ?? first.id) !== first.id)
  await finish('web')
  await newArtifact('shop')
  expect(running()).toEqual([])
  expect(resolved).toHaveLength(2)
})

test('it goes on through the tree, each once and after all that it stands on', async () => {
  await link('web', 'lib')
  await link('api', 'lib')
  await link('shop', 'web')
  await link('shop', 'api')
  await newArtifact('lib')
  await queued('web', 'api')
  await finish('web')
  expect(names()).toEqual(['api'])
  await finish('api')
  await queued('shop')
  expect(running()[0]?.askedBy).toBe('link to api, web')
  expect(resolved.sort()).toEqual(['api HEAD', 'shop HEAD', 'web HEAD'])
})

test('it ends where the bytes stay the same', async () => {
  const before = '7'.repeat(64)
  await newArtifact('web', before)
  await link('web', 'lib')
  await link('shop', 'web')
  await newArtifact('lib')
  await queued('web')
  await finish('web', before)
  await newArtifact('lib')
  await asked(2)
  expect(resolved).toEqual(['web HEAD', 'web HEAD'])
})

test('a child is built from what its hook had built last', async () => {
  const body = { name: 'web', service: 'web', from: 'github' } as const
  await tracker.call(api.addHook, { body })
  await tracker.store.write((writing) => {
    const delivery = {
      hookId: 1,
      key: 'k',
      at: 1,
      what: 'x',
      ref: 'refs/heads/stable',
      push: '{}',
      why: null,
    }
    writing.deliveries.insert({ ...delivery, state: 'started' })
  })
  await link('web', 'lib')
  await newArtifact('lib')
  await queued('web')
  expect(resolved).toEqual(['web refs/heads/stable'])
})

test('a tracker that was killed goes on where the database says', async () => {
  await link('web', 'lib')
  links[Symbol.dispose]()
  await newArtifact('lib')
  start()
  await queued('web')
})

test('what cannot be built is said, and tried again with the next artifact', async () => {
  answer = () => {
    throw new PersonError('invalid', 'service.yaml is not there.')
  }
  await link('web', 'lib')
  await newArtifact('lib')
  const told = async () => (await tracker.call(api.listLinks, {})).body['links'] as { error?: string }[]
  await eventually('the reason', async () => (await told())[0]?.error === 'service.yaml is not there.')
  answer = () => undefined
  await newArtifact('lib')
  await queued('web')
  expect((await told())[0]?.error).toBeUndefined()
})

describe('a link', () => {
  test('to itself, or around, is refused, naming the way', async () => {
    await link('web', 'lib')
    await link('shop', 'web')
    const refused = async (service: string, base: string) =>
      (await tracker.call(api.linkService, { params: { name: service }, body: { base } })).body['message']
    expect(await refused('lib', 'shop')).toBe(
      'lib cannot be linked to shop: lib → shop → web → lib is a ring.',
    )
    expect(await refused('lib', 'lib')).toBe('lib cannot be linked to lib: lib → lib is a ring.')
    expect(await refused('lib', 'nobody')).toBe('There is no service nobody.')
  })

  test('that is removed builds nothing any more', async () => {
    await link('web', 'lib')
    const params = { name: 'web', base: 'lib' }
    expect(await tracker.call(api.unlinkService, { params })).toMatchObject({
      status: 200,
      body: { base: 'lib' },
    })
    expect(await tracker.call(api.unlinkService, { params })).toMatchObject({ status: 404 })
    await link('api', 'lib')
    await newArtifact('lib')
    await queued('api')
  })
})
