import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { api } from '../../../shared/api/index.ts'
import type { HookView } from '../../../shared/api/hooks.ts'
import { exampleResolved } from '../../../shared/messages/sources.ts'
import { eventually } from '../../../test/dev-env/poll.ts'
import { addBuilt } from '../../../test/fixtures/add-built.ts'
import { addFleet } from '../../../test/fixtures/every-change.ts'
import { TrackerApi } from '../../../test/fixtures/tracker-api.ts'
import { Webhook } from '../../../test/fixtures/webhook.ts'
import { failBuild } from '../../builds/move-build.ts'
import { moveDeploy } from '../../deploy/moves.ts'
import { statusesAddress } from './address.ts'

const { commit } = exampleResolved
const hour = 3_600_000

let tracker: TrackerApi
let forge: Webhook
beforeEach(async () => {
  ;[tracker, forge] = await Promise.all([TrackerApi.start(), Webhook.start()])
  await tracker.store.write((writing) => {
    addFleet(writing)
    writing.services.upsert({
      name: 'web',
      repo: 'git@forge.example:ann/shop.git',
      path: '.',
      now: writing.now,
    })
  })
})
afterEach(async () => {
  await tracker[Symbol.asyncDispose]()
  await forge[Symbol.asyncDispose]()
})

/** So that nothing has to be built. */
const built = () => tracker.store.write((writing) => addBuilt(writing, '9'.repeat(64)))

/** Adds a hook that speaks with the forge, and has a commit built by it. */
const pushBy = async (
  from: 'github' | 'gitlab' | 'gitea',
  more: Partial<z.input<typeof api.addHook.body>> = {},
) => {
  const forgeUrl = `http://127.0.0.1:${forge.port}`
  const body = { name: 'hook', service: 'web', from, statusToken: 'T0KEN', forgeUrl, ...more } as const
  expect(await tracker.call(api.addHook, { body })).toMatchObject({ status: 201 })
  await tracker.store.write((writing) => {
    const push = JSON.stringify({ ref: 'refs/heads/main', message: '', repos: [] })
    const { id: hookId } = writing.hooks.named('hook')!
    const delivery = { hookId, key: 'k', at: writing.now, what: 'push of main', ref: 'refs/heads/main', push }
    writing.deliveries.insert({ ...delivery, state: 'waiting', why: null })
  })
  tracker.hooks.look()
}
const told = () => forge.posts.map(({ body }) => JSON.parse(body) as Record<string, string>)
const listed = async (): Promise<HookView> =>
  ((await tracker.call(api.listHooks, {})).body['hooks'] as HookView[])[0]!

test.each([
  [
    'github',
    `/api/v3/repos/ann/shop/statuses/${commit}`,
    'authorization',
    'Bearer T0KEN',
    { state: 'success', context: 'apptracker/web' },
  ],
  [
    'gitlab',
    `/api/v4/projects/ann%2Fshop/statuses/${commit}`,
    'private-token',
    'T0KEN',
    { state: 'success', name: 'apptracker/web' },
  ],
  [
    'gitea',
    `/api/v1/repos/ann/shop/statuses/${commit}`,
    'authorization',
    'token T0KEN',
    { state: 'success', context: 'apptracker/web' },
  ],
] as const)('%s is told of a build, with a link', async (from, path, name, value, body) => {
  await built()
  await pushBy(from)
  const [post] = await eventually('the status', () => forge.posts.length > 0 && forge.posts)
  expect(post?.path).toBe(path)
  expect(post?.headers[name]).toBe(value)
  expect(told()).toEqual([
    { ...body, target_url: 'https://tracker.example/builds/1', description: 'build 1: built' },
  ])
  await eventually('nothing more to tell', async () => (await listed()).statuses?.sentAt === tracker.now)
})

test('a failed build is a failure', async () => {
  await pushBy('github')
  await eventually('the beginning', () => told().length === 1)
  await tracker.store.write((writing) => failBuild(writing, writing.builds.get(1)!, 'npm ci ended with 1'))
  await eventually('the end', () => told().length === 2)
  expect(told()).toMatchObject([
    { state: 'pending', description: 'build 1: queued' },
    { state: 'failure', description: 'build 1: failed' },
  ])
})

test('a deploy has a status of its own: pending, then how it ended', async () => {
  await built()
  await pushBy('gitea', { deploy: { clusters: ['prod'] } })
  await eventually('both', () => told().length >= 2)
  await tracker.store.write((writing) => moveDeploy(writing, writing.deploys.get(1)!, 'cancelled', 'enough'))
  await eventually('the end', () => told().length >= 3)
  expect(told().slice(1)).toMatchObject([
    { context: 'apptracker/web/prod', state: 'pending', target_url: 'https://tracker.example/deploys/1' },
    { context: 'apptracker/web/prod', state: 'error', description: 'deploy 1: cancelled' },
  ])
})

describe('while the forge takes nothing', () => {
  beforeEach(async () => {
    forge.answer = (response) => void response.writeHead(401).end()
    await built()
  })

  test('that is seen, nothing waits for it, and it is told once it does, also after a restart', async () => {
    await pushBy('github', { deploy: { clusters: ['prod'] } })
    await eventually(
      'it to be seen',
      async () => (await listed()).statuses?.failing?.error === 'answered 401',
    )
    expect(await listed()).toMatchObject({ lastDelivery: { state: 'started' } })
    const [deploy] = tracker.store.read.deploys.list({}, 1)
    expect(deploy?.state).toBe('planned')
    await tracker.restart()
    const before = forge.posts.length
    await tracker.store.write((writing) =>
      moveDeploy(writing, writing.deploys.get(1)!, 'cancelled', 'enough'),
    )
    forge.answer = (response) => void response.writeHead(201).end()
    await eventually('both to be told', async () => {
      const { statuses } = await listed()
      return statuses?.sentAt !== undefined && told().at(-1)?.['description'] === 'deploy 1: cancelled'
    })
    expect(
      told()
        .slice(before)
        .map(({ state }) => state),
    ).not.toContain('pending')
    expect((await listed()).statuses?.failing).toBeUndefined()
  })

  test('it is given up after a day', async () => {
    await pushBy('github')
    await eventually('it to fail', () => forge.posts.length > 0)
    tracker.now += 25 * hour
    await eventually('it to be given up', () => tracker.store.read.commitStatuses.open(1).length === 0)
  })
})

test('the token stays with the forge that it was given for, whatever repo the service gets', async () => {
  await built()
  await tracker.call(api.addHook, { body: { name: 'x', service: 'web', from: 'github', statusToken: 'T' } })
  await tracker.call(api.registerService, { body: { name: 'web', repo: 'https://evil.example/ann/shop' } })
  expect(tracker.store.read.hooks.named('x')?.statusesTo).toBe(
    'https://forge.example/api/v3/repos/ann/shop/statuses/',
  )
})

describe('where statuses go', () => {
  test.each([
    [
      'github',
      'https://github.com/ann/shop.git',
      undefined,
      'https://api.github.com/repos/ann/shop/statuses/',
    ],
    ['github', 'git@github.com:ann/shop.git', undefined, 'https://api.github.com/repos/ann/shop/statuses/'],
    [
      'github',
      'ssh://git@ghe.example:2222/ann/shop',
      undefined,
      'https://ghe.example/api/v3/repos/ann/shop/statuses/',
    ],
    [
      'gitlab',
      'https://gitlab.example:8443/a/b/shop.git',
      undefined,
      'https://gitlab.example:8443/api/v4/projects/a%2Fb%2Fshop/statuses/',
    ],
    [
      'gitlab',
      'git@x:a/shop',
      'https://x.example/gitlab/',
      'https://x.example/gitlab/api/v4/projects/a%2Fshop/statuses/',
    ],
    [
      'gitea',
      'https://codeberg.org/ann/shop',
      undefined,
      'https://codeberg.org/api/v1/repos/ann/shop/statuses/',
    ],
  ] as const)('%s %s %s', (source, repo, forgeUrl, address) => {
    expect(statusesAddress(source, repo, forgeUrl)).toBe(address)
  })

  test('a directory says nothing of a forge', () => {
    expect(() => statusesAddress('github', '/srv/git/web', undefined)).toThrow(/does not say which repo/)
  })

  test('metadata services are never called', async () => {
    const body = {
      name: 'x',
      service: 'web',
      from: 'gitea',
      statusToken: 'T',
      forgeUrl: 'https://169.254.169.254',
    } as const
    expect(await tracker.call(api.addHook, { body })).toMatchObject({ status: 422 })
  })
})
