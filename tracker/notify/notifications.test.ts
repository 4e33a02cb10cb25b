import { createHmac } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { api } from '../../shared/api/index.ts'
import type { NotifierView } from '../../shared/api/notifiers.ts'
import type { DeployState } from '../../shared/domain/deploy-state.ts'
import type { InstallState } from '../../shared/domain/install-state.ts'
import { Notification, type DeployNotification } from '../../shared/domain/notification.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { newDeploy, newTarget } from '../../test/fixtures/deploy-rows.ts'
import { TrackerApi } from '../../test/fixtures/tracker-api.ts'
import { Webhook } from '../../test/fixtures/webhook.ts'
import type { NewDeploy } from '../db/deploys.ts'
import { moveDeploy } from '../deploy/moves.ts'

const hour = 3_600_000
/** Before the tracker gives up a call by itself. */
const soon = 5000
let tracker: TrackerApi
let webhook: Webhook
beforeEach(async () => {
  ;[tracker, webhook] = await Promise.all([TrackerApi.start(), Webhook.start()])
  await tracker.store.write((writing) => {
    for (const name of ['web', 'mail'])
      writing.services.upsert({ name, repo: '/srv/git/x', path: '.', now: writing.now })
  })
})
afterEach(async () => {
  await tracker[Symbol.asyncDispose]()
  await webhook[Symbol.asyncDispose]()
})

const add = async (more: Partial<z.input<typeof api.addNotifier.body>> = {}): Promise<string> => {
  const { status, body } = await tracker.call(api.addNotifier, {
    body: { name: 'chat', url: webhook.url, ...more },
  })
  expect({ status, body }).toMatchObject({ status: 201 })
  return body['secret'] as string
}
const listed = async (): Promise<NotifierView> =>
  ((await tracker.call(api.listNotifiers, {})).body['notifiers'] as NotifierView[])[0]!

/** Lets a deploy to two hosts move on, each time to a state with its reason, as somebody's doing or by itself. */
const deploy = (
  moves: readonly (readonly [DeployState, string?, string?])[],
  more: Partial<NewDeploy & { cluster: string; hosts: readonly InstallState[] }> = {},
): Promise<number> =>
  tracker.store.write((writing) => {
    const { cluster = 'prod', hosts = ['committed', 'committed'], ...row } = more
    const id = writing.deploys.insert(newDeploy(row))
    for (const [index, state] of hosts.entries()) {
      writing.targets.insert(newTarget(id, `web-${index}`, { cluster }))
      writing.targets.setState(writing.targets.get(id, `web-${index}`)!, state, null, writing.now)
    }
    writing.deploys.move(id, { state: 'rolling', error: null, endedAt: null, pausedFrom: null, now: 1 })
    for (const [state, why = null, by] of moves) moveDeploy(writing, writing.deploys.get(id)!, state, why, by)
    return id
  })
const succeed = (more: Parameters<typeof deploy>[1] = {}) => deploy([['succeeded']], more)

const told = (): DeployNotification[] =>
  webhook.posts.map(({ body }) => Notification.parse(JSON.parse(body)) as DeployNotification)
const arrived = (count: number): Promise<DeployNotification[]> =>
  eventually(`${count} notifications`, () => webhook.posts.length >= count && told())
const deliveries = () => webhook.posts.map(({ headers }) => headers['x-apptracker-delivery'])
const good = (response: ServerResponse): void => void response.writeHead(204).end()
const bad = (response: ServerResponse): void => void response.writeHead(500).end()

test('the end of a deploy is told with all that is known of it', async () => {
  await add()
  const id = await deploy([['partial', '1 of 2 hosts could not be reached']], {
    reason: 'It is Tuesday',
    hosts: ['committed', 'unreachable'],
  })
  expect(await arrived(1)).toEqual([
    {
      v: 1,
      kind: 'deploy',
      deployId: id,
      service: 'web',
      version: 'v2',
      outcome: 'partial',
      text: 'web v2 is on 1 of 2 hosts; 1 late: it takes it when it is back.',
      why: '1 of 2 hosts could not be reached',
      counts: { committed: 1, late: 1 },
      total: 2,
      who: 'ann',
      reason: 'It is Tuesday',
      url: `https://tracker.example/deploys/${id}`,
      at: tracker.now,
    },
  ])
})

test('what arrives is signed with the secret that was shown', async () => {
  const secret = await add()
  await succeed()
  await arrived(1)
  const { headers, body } = webhook.posts[0]!
  const timestamp = String(headers['x-apptracker-timestamp'])
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  expect(headers['x-apptracker-signature']).toBe(`sha256=${signature}`)
  expect(timestamp).toBe(String(Math.floor(tracker.now / 1000)))
})

test('for Slack it is a text', async () => {
  await add({ format: 'slack' })
  const id = await succeed()
  await eventually('a notification', () => webhook.posts.length > 0)
  expect(JSON.parse(webhook.posts[0]!.body)).toEqual({
    text: `✓ *succeeded*  web v2 is on 2 hosts.\n<https://tracker.example/deploys/${id}|Deploy ${id}> by ann`,
  })
})

describe('what is told', () => {
  test('every end, and a pause that nobody asked for; never what was before', async () => {
    await succeed()
    await add()
    await deploy([
      ['paused', 'Paused by ann.', 'ann'],
      ['rolling'],
      ['paused', 'The canary waits.'],
      ['cancelled', 'Cancelled by ann.', 'ann'],
    ])
    for (const end of ['failed', 'rolled-back', 'partial', 'succeeded'] as const)
      await deploy([[end, 'Because.']])
    const outcomes = (await arrived(6)).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['paused', 'cancelled', 'failed', 'rolled-back', 'partial', 'succeeded'])
    expect(told()[1]).toMatchObject({ by: 'ann' })
  })

  test('or only of one service, one cluster, some outcomes', async () => {
    await add({ service: 'mail', cluster: 'prod', on: ['failed', 'succeeded'] })
    await succeed()
    await succeed({ service: 'mail', cluster: 'test' })
    await deploy([['partial']], { service: 'mail' })
    const id = await succeed({ service: 'mail' })
    expect((await arrived(1)).map(({ deployId }) => deployId)).toEqual([id])
  })

  test('however much lies before it that concerns others', async () => {
    await add({ service: 'mail' })
    const noise = Array.from({ length: 60 }, () => deploy([['paused'], ['rolling'], ['failed']]))
    await Promise.all(noise)
    const id = await succeed({ service: 'mail' })
    expect((await arrived(1)).map(({ deployId }) => deployId)).toEqual([id])
  })
})

describe('a webhook that fails', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['refuses', bad],
    ['hangs up', (response) => response.destroy()],
    ['never answers', () => undefined],
    ['redirects', (response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ])('because it %s is asked again, with the same number, and hears all in order', async (_, fail) => {
    tracker.patience.withinMs = 300
    await tracker.restart()
    await add()
    webhook.answer = (response) => (webhook.posts.length < 3 ? fail : good)(response)
    const ids = [await succeed(), await succeed()]
    expect((await arrived(4)).map(({ deployId }) => deployId)).toEqual([ids[0], ids[0], ids[0], ids[1]])
    const [first, ...others] = deliveries()
    expect(others.slice(0, 2)).toEqual([first, first])
    expect(others[2]).not.toBe(first)
    expect(webhook.posts.map(({ path }) => path)).not.toContain('/elsewhere')
    await eventually('nothing fails any more', async () => (await listed()).failing === undefined)
  })

  test('is shown, since when and why', async () => {
    await add()
    webhook.answer = bad
    await succeed()
    const since = tracker.now
    await arrived(1)
    tracker.now += hour
    await arrived(3)
    expect(await listed()).toMatchObject({ failing: { since, error: 'answered 500' }, givenUp: 0 })
    expect(await listed()).not.toHaveProperty('toldAt')
  })

  test('is given up after a day: what is as old is not told any more, and that is in the audit trail', async () => {
    await add()
    webhook.answer = bad
    await succeed()
    await succeed()
    await arrived(2)
    tracker.now += 23 * hour
    const fresh = await succeed()
    tracker.now += hour
    await eventually('the old ones are given up', async () => (await listed()).givenUp === 2)
    expect(tracker.store.read.audit.list({}, 1)).toMatchObject([
      {
        who: 'tracker',
        action: 'notifier.give-up',
        subject: 'notifier chat',
        reason: '2 notifications did not arrive for a day: answered 500',
      },
    ])
    webhook.answer = good
    await eventually('the fresh one arrives', async () => (await listed()).toldAt !== undefined)
    expect(told().at(-1)?.deployId).toBe(fresh)
    expect(await listed()).toMatchObject({ givenUp: 2 })
  })

  test('holds up no other', async () => {
    await add({ name: 'dead', url: 'http://127.0.0.1:9/' })
    await add()
    const ids = [await succeed(), await succeed()]
    expect((await arrived(2)).map(({ deployId }) => deployId)).toEqual(ids)
  })

  test('is told nothing more once it is removed', async () => {
    await add()
    webhook.answer = () => undefined
    await succeed()
    await arrived(1)
    await tracker.call(api.removeNotifier, { params: { name: 'chat' } })
    await eventually('the call is ended', () => webhook.abandoned === 1, soon)
    await add()
    webhook.answer = good
    const id = await succeed()
    expect((await arrived(2))[1]).toMatchObject({ deployId: id })
  })
})

describe('over a restart of the tracker', () => {
  test('nothing is lost, and what was under way has the same number again', async () => {
    await add()
    webhook.answer = () => undefined
    const ids = [await succeed(), await succeed()]
    await arrived(1)
    webhook.answer = good
    await tracker.restart()
    await eventually('the call is ended', () => webhook.abandoned > 0, soon)
    await eventually('both arrive', () => told().at(-1)?.deployId === ids[1])
    const [first, ...others] = deliveries()
    expect(others[0]).toBe(first)
  })

  test('a call that the tracker ended itself is no failure', async () => {
    await add()
    webhook.answer = () => undefined
    await succeed()
    await arrived(1)
    tracker.notifications[Symbol.dispose]()
    await eventually('the call is ended', () => webhook.abandoned > 0, soon)
    await tracker.store.write(() => undefined)
    expect(await listed()).not.toHaveProperty('failing')
  })

  test('that was off for days, what waits is given a day of tries too', async () => {
    await add()
    webhook.answer = () => undefined
    const id = await succeed()
    await arrived(1)
    webhook.answer = bad
    tracker.now += 48 * hour
    await tracker.restart()
    await arrived(3)
    expect(await listed()).toMatchObject({ givenUp: 0, failing: { since: tracker.now } })
    webhook.answer = good
    await eventually('it arrives', async () => (await listed()).toldAt !== undefined)
    expect(told().at(-1)?.deployId).toBe(id)
  })

  test('what has arrived is not told again', async () => {
    await add()
    await succeed()
    await eventually('it has arrived', async () => (await listed()).toldAt !== undefined)
    await tracker.restart()
    const id = await succeed()
    expect((await arrived(2))[1]?.deployId).toBe(id)
    expect(webhook.posts).toHaveLength(2)
  })
})

describe('a test', () => {
  const tryOut = async () => (await tracker.call(api.testNotifier, { params: { name: 'chat' } })).body

  test('says whether it arrives', async () => {
    await add()
    webhook.answer = bad
    expect(await tryOut()).toEqual({ error: 'answered 500' })
    webhook.answer = good
    expect(await tryOut()).toEqual({})
    expect(webhook.posts.map(({ body }) => Notification.parse(JSON.parse(body)))).toMatchObject([
      { kind: 'test', who: 'ci' },
      { kind: 'test', who: 'ci', url: 'https://tracker.example' },
    ])
  })

  test('that arrives has what waits tried again at once', async () => {
    Object.assign(tracker.patience, { firstPauseMs: hour, longestPauseMs: hour })
    await tracker.restart()
    await add()
    webhook.answer = bad
    const id = await succeed()
    await eventually('it has failed', async () => (await listed()).failing)
    webhook.answer = good
    await tryOut()
    expect((await arrived(3))[2]).toMatchObject({ kind: 'deploy', deployId: id })
  })

  test('of none is refused', async () => {
    const { status, body } = await tracker.call(api.testNotifier, { params: { name: 'chat' } })
    expect({ status, body }).toMatchObject({ status: 404, body: { field: 'name' } })
  })
})

describe('secrets', () => {
  test('are neither in the database, nor in the audit trail, nor in any list', async () => {
    const secret = await add()
    await succeed()
    await eventually('it has arrived', async () => (await listed()).toldAt !== undefined)
    const answers = JSON.stringify([
      (await tracker.call(api.listNotifiers, {})).body,
      (await tracker.call(api.listAudit, {})).body,
    ])
    const names = await readdir(tracker.directory)
    const files = names.filter((name) => name.startsWith('tracker.db'))
    expect(files.length).toBeGreaterThan(0)
    for (const hidden of [secret, 'T0P-SECRET']) {
      expect(answers).not.toContain(hidden)
      for (const file of files)
        expect((await readFile(join(tracker.directory, file))).includes(hidden)).toBe(false)
    }
    expect(await listed()).toMatchObject({ host: `http://127.0.0.1:${webhook.port}` })
  })

  test('of one notifier do not open another', async () => {
    await add()
    await tracker.store.write((writing) => {
      const { id, ...chat } = writing.notifiers.named('chat')!
      writing.notifiers.remove(id)
      writing.notifiers.insert({ ...chat, name: 'thief' })
    })
    const { body } = await tracker.call(api.testNotifier, { params: { name: 'thief' } })
    expect(body['error']).toMatch(/cannot be read with the keys of this tracker/)
    expect(webhook.posts).toEqual([])
  })
})

test.each<[string, object, number, string]>([
  ['an outcome that is none', { on: ['rolling'] }, 422, 'on'],
  ['no outcome', { on: [] }, 422, 'on'],
  ['a service that is not there', { service: 'nothing' }, 404, 'service'],
  ['a name that is taken', { name: 'chat' }, 409, 'name'],
])('%s is refused', async (_, more, status, field) => {
  await add()
  const body = { name: 'other', url: webhook.url, ...more }
  const answer = await tracker.call(api.addNotifier, { body })
  expect(answer).toMatchObject({ status })
  expect(String(answer.body['field'])).toContain(field)
})

test('URLs that a tracker must not call, or that others could read, are refused', async () => {
  for (const url of [
    'http://chat.example/x',
    'http://127.0.0.1.evil.example/',
    'http://localhost@evil.example/',
    'file:///etc/passwd',
    'https://me:secret@chat.example/x',
    'https://169.254.169.254/latest',
    'https://0xa9.0xfe.0xa9.0xfe/latest',
    'https://[fe80::1]/',
  ]) {
    const { status, body } = await tracker.call(api.addNotifier, { body: { name: 'chat', url } })
    expect({ url, status, body }).toMatchObject({ url, status: 422, body: { field: 'url' } })
  }
  expect(tracker.store.read.notifiers.list()).toEqual([])
})
