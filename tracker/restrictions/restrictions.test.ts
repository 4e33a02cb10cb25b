import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../shared/api/index.ts'
import type { BodyOf } from '../../shared/api/route.ts'
import { v2 } from '../../test/fixtures/deploy-rows.ts'
import { addFleet, everyChange } from '../../test/fixtures/every-change.ts'
import { newNkey, TrackerApi } from '../../test/fixtures/tracker-api.ts'
import { hashToken, newToken } from '../tokens.ts'
import { restrictionsOn } from './restrictions.ts'

const hour = 3_600_000

let tracker: TrackerApi
beforeEach(async () => {
  tracker = await TrackerApi.start()
})
afterEach(() => tracker[Symbol.asyncDispose]())

type Headers = Record<string, string>

/** Somebody else's token, as headers. */
const someoneElse = async (name: string): Promise<Headers> => {
  const token = newToken()
  await tracker.store.write((writing) => {
    const { now } = writing
    writing.tokens.insert({ hash: hashToken(token), name, kind: 'admin', now, expiresAt: null })
  })
  return { authorization: `Bearer ${token}` }
}

const addTestHost = () =>
  tracker.store.write((writing) => {
    const { now } = writing
    const host = { id: 'h000000000002', kind: 'host', name: 'web-1.test', cluster: 'test' } as const
    writing.agents.upsert({ ...host, labels: {}, nkey: newNkey(), now })
  })

const lock = (more: Partial<BodyOf<typeof api.takeLock>> = {}, headers: Headers = {}) =>
  tracker.call(api.takeLock, { body: { service: 'web', reason: 'the database moves', ...more } }, headers)

const unlock = (more: Partial<BodyOf<typeof api.releaseLock>> = {}, headers: Headers = {}) =>
  tracker.call(api.releaseLock, { body: { service: 'web', ...more } }, headers)

const freeze = (more: Partial<BodyOf<typeof api.addFreeze>> = {}) =>
  tracker.call(api.addFreeze, {
    body: {
      name: 'feast',
      window: window(tracker.now, tracker.now + hour),
      reason: 'nobody is here',
      ...more,
    },
  })

const window = (from: number, until: number) => ({ kind: 'dated', from, until }) as const

const deploy = (more: Partial<BodyOf<typeof api.createDeploy>> = {}) =>
  tracker.call(api.createDeploy, { body: { service: 'web', digest: v2, ...more } })

/** Text in which that is. */
const like = (pattern: RegExp): string => expect.stringMatching(pattern) as string

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

describe('a lock', () => {
  beforeEach(() => tracker.store.write(addFleet))

  test('refuses a deploy, saying who, why and until when, and what to do', async () => {
    await lock({ for: '2h' })
    expect(await deploy()).toMatchObject({
      status: 423,
      body: {
        code: 'locked',
        message: `web is locked by ci until ${iso(tracker.now + 2 * hour)}: the database moves.`,
        hint: 'Wait until then (with --queue it begins by itself), or ask ci; `tracker unlock web` takes the lock away.',
      },
    })
    expect(tracker.store.read.deploys.list({}, 10)).toEqual([])
  })

  test('is no freeze: nothing overrides it but its end', async () => {
    await lock()
    expect(await deploy({ ignoreFreeze: true, force: true, reason: 'now' })).toMatchObject({ status: 423 })
    expect(await unlock()).toMatchObject({ status: 200 })
    expect(await deploy()).toMatchObject({ status: 202 })
  })

  test('that is taken while a deploy is still being prepared refuses that, too', async () => {
    tracker.beforeResolving = async () => {
      await lock()
    }
    const body = { service: 'web', ref: 'v2' }
    expect(await tracker.call(api.createDeploy, { body })).toMatchObject({ status: 423 })
    expect(tracker.store.read.builds.list('web', 10)).toEqual([])
  })

  test('that holds longest is told of, where there are several', async () => {
    await lock({ for: '1h' })
    await lock({ for: '3h', cluster: 'prod', reason: 'longest' })
    await freeze({ window: window(tracker.now, tracker.now + 2 * hour) })
    expect(await deploy()).toMatchObject({ body: { message: like(/longest/) } })
  })

  test('holds only where it was taken', async () => {
    await addTestHost()
    await lock({ cluster: 'prod' })
    expect(await deploy()).toMatchObject({
      status: 423,
      body: { message: like(/^web in prod is locked by ci/) },
    })
    expect(await deploy({ selection: { clusters: ['test'] } })).toMatchObject({ status: 202 })
  })

  test('lets a deploy that runs go on, and be paused, resumed, rolled back and cancelled', async () => {
    await deploy()
    await lock()
    const asked = { params: { id: 1 }, body: {} }
    for (const control of [api.pauseDeploy, api.resumeDeploy, api.rollbackDeploy, api.cancelDeploy])
      expect(await tracker.call(control, asked)).toMatchObject({ status: 200 })
  })

  test('of somebody else is not taken over; its owner renews it', async () => {
    await lock()
    const taken = tracker.now
    tracker.now += 60_000
    const ann = await someoneElse('ann')
    expect(await lock({ reason: 'mine' }, ann)).toMatchObject({
      status: 423,
      body: { message: `web is locked by ci until ${iso(taken + hour)}: the database moves.` },
    })
    expect(await lock({ reason: 'still moving' })).toMatchObject({
      status: 201,
      body: { owner: 'ci', reason: 'still moving', takenAt: taken, expiresAt: tracker.now + hour },
    })
  })

  test('is got by exactly one of two who want it at once', async () => {
    const [ann, bob] = await Promise.all([someoneElse('ann'), someoneElse('bob')])
    const answers = await Promise.all([lock({}, ann), lock({}, bob)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 423])
    expect(tracker.store.read.locks.list(tracker.now)).toHaveLength(1)
  })

  test('is taken away by anybody, and the audit trail says whose it was', async () => {
    await lock({ cluster: 'prod' })
    const ann = await someoneElse('ann')
    expect(await unlock({}, ann)).toMatchObject({
      status: 404,
      body: { hint: 'But this is: `tracker unlock web -c prod`.' },
    })
    await unlock({ cluster: 'prod', reason: 'ci is asleep' }, ann)
    expect(tracker.store.read.audit.list({ action: 'lock.release' }, 10)).toMatchObject([
      { who: 'ann', subject: 'lock of ci on web in prod', service: 'web', reason: 'ci is asleep' },
    ])
  })

  test.each([
    ['without a reason', { reason: ' ' }, 'reason'],
    ['for longer than 30 days', { for: '31d' }, 'for'],
    ['for no time', { for: '0s' }, 'for'],
  ])('is not taken %s', async (_, more, field) => {
    expect(await lock(more)).toMatchObject({ status: 422, body: { field } })
  })

  test.each([
    ['a service', { service: 'wbe' }, 'service'],
    ['a cluster', { cluster: 'prdo' }, 'cluster'],
  ])('is not taken on %s that nobody knows', async (_, more, field) => {
    expect(await lock(more)).toMatchObject({ status: 404, body: { field } })
  })
})

describe('stuck locks (complaint 14 of PEERS)', () => {
  beforeEach(() => tracker.store.write(addFleet))

  test('a lock never outlives its expiry, to the millisecond, and is cleaned away', async () => {
    await lock({ for: '1h' })
    tracker.now += hour - 1
    expect(await deploy()).toMatchObject({ status: 423 })
    tracker.now += 1
    expect((await tracker.call(api.listLocks, {})).body).toEqual({ locks: [] })
    expect(await lock({ reason: 'another' }, await someoneElse('ann'))).toMatchObject({ status: 201 })
    tracker.now += hour
    expect(await unlock()).toMatchObject({ status: 404 })
    expect(await deploy()).toMatchObject({ status: 202 })
    await lock({ cluster: 'prod' })
    expect(tracker.store.read.locks.list(0)).toMatchObject([{ cluster: 'prod' }])
  })

  test('a cancelled deploy holds nothing at once', async () => {
    await deploy()
    expect(await deploy()).toMatchObject({ status: 423 })
    await tracker.call(api.cancelDeploy, { params: { id: 1 }, body: {} })
    expect(await deploy()).toMatchObject({ status: 202 })
  })
})

describe.each(['retryDeploy', 'rollbackDeploy'] as const)('%s of a deploy that has ended', (name) => {
  const call = async (more: { ignoreFreeze?: true } = {}) => {
    const { params, body } = (await everyChange[name](tracker)).request
    return () => tracker.call(api[name], { params, body: { ...body, ...more } })
  }

  test('is refused by a lock, and shown with it', async () => {
    const again = await call()
    await lock()
    expect(await again()).toMatchObject({ status: 423, body: { message: like(/^web is locked/) } })
    expect((await tracker.call(api.getDeploy, { params: { id: 1 } })).body).toMatchObject({
      restrictions: [{ kind: 'lock', owner: 'ci', reason: 'the database moves', until: tracker.now + hour }],
    })
  })

  test(`in a freeze ${name === 'retryDeploy' ? 'is refused unless told' : 'passes'}`, async () => {
    const again = await call()
    await freeze()
    if (name === 'retryDeploy') {
      expect(await again()).toMatchObject({ status: 423, body: { field: 'ignoreFreeze' } })
      expect(await (await call({ ignoreFreeze: true }))()).toMatchObject({ status: 202 })
    } else expect(await again()).toMatchObject({ status: 200 })
  })
})

describe('a freeze', () => {
  beforeEach(() => tracker.store.write(addFleet))

  test('refuses a deploy, unless it is told to ignore it and why; then the deploy says so', async () => {
    await freeze()
    const text = `Everything is frozen until ${iso(tracker.now + hour)} by feast, a freeze of ci: nobody is here.`
    expect(await deploy()).toMatchObject({
      status: 423,
      body: { code: 'locked', field: 'ignoreFreeze', message: text, hint: like(/--ignore-freeze/) },
    })
    expect(await deploy({ ignoreFreeze: true })).toMatchObject({ status: 422, body: { field: 'reason' } })
    expect(await deploy({ ignoreFreeze: true, reason: 'it burns' })).toMatchObject({
      status: 202,
      body: { reason: 'it burns', warnings: [`Begun in spite of a freeze: ${text}`, like(/no report/)] },
    })
  })

  test('holds from its beginning until just before its end, and is then cleaned away', async () => {
    const begin = tracker.now + hour
    await freeze({ window: window(begin, begin + hour) })
    const held = (now: number) =>
      restrictionsOn(tracker.store.read, { service: 'web', clusters: [], now }).length
    expect([begin - 1, begin, begin + hour - 1, begin + hour].map(held)).toEqual([0, 1, 1, 0])
    tracker.now = begin + hour
    expect((await tracker.call(api.listFreezes, {})).body).toEqual({ freezes: [] })
    expect(await freeze()).toMatchObject({ status: 201 })
    expect(tracker.store.read.freezes.list()).toHaveLength(1)
  })

  test('holds only its service, and only on hosts of its cluster', async () => {
    await addTestHost()
    await freeze({ name: 'a', service: 'web', cluster: 'test' })
    expect(await deploy()).toMatchObject({ status: 423 })
    expect(await deploy({ selection: { clusters: ['prod'] } })).toMatchObject({ status: 202 })
    const of = (service: string, ...clusters: string[]) =>
      restrictionsOn(tracker.store.read, { service, clusters, now: tracker.now }).map(({ text }) => text)
    expect(of('web', 'prod', 'test')).toEqual([like(/^web in test is frozen until/)])
    expect(of('mail', 'prod', 'test')).toEqual([])
  })

  test('of a week holds by the clocks of its zone, and says until when', async () => {
    tracker.now = Date.parse('2026-10-02T16:00+02:00')
    const weekend = { kind: 'weekly', weekly: 'fri 16:00 - mon 08:00', zone: 'Europe/Berlin' } as const
    await freeze({ name: 'weekend', window: weekend })
    expect((await tracker.call(api.listFreezes, {})).body).toMatchObject({
      freezes: [{ name: 'weekend', window: weekend, holdsUntil: Date.parse('2026-10-05T08:00+02:00') }],
    })
    expect(await deploy()).toMatchObject({ body: { message: like(/until 2026-10-05T06:00:00Z by weekend/) } })
  })

  test('is shown with the services that it is on', async () => {
    await freeze({ name: 'all' })
    await freeze({ name: 'other', cluster: 'prod' })
    const { body } = await tracker.call(api.listServices, {})
    expect(body['services']).toMatchObject([
      {
        name: 'web',
        restrictions: [
          { kind: 'freeze', name: 'all' },
          { name: 'other', cluster: 'prod' },
        ],
      },
    ])
  })

  test('is removed by name, and of one name there is one', async () => {
    await freeze()
    expect(await freeze()).toMatchObject({ status: 409 })
    const named = { params: { name: 'feast' } }
    expect(await tracker.call(api.removeFreeze, named)).toMatchObject({ status: 200 })
    expect(await tracker.call(api.removeFreeze, named)).toMatchObject({ status: 404 })
    expect(await deploy()).toMatchObject({ status: 202 })
  })

  test.each([
    ['that would be over', { window: window(1, 2) }, 'window.until'],
    ['that ends before it begins', { window: window(2, 1) }, 'window.until'],
    [
      'of a week that is none',
      { window: { kind: 'weekly', weekly: 'friday', zone: 'UTC' } },
      'window.weekly',
    ],
    [
      'in a zone that is none',
      { window: { kind: 'weekly', weekly: 'fri 16:00 - 17:00', zone: 'Mars' } },
      'window.zone',
    ],
    ['without a reason', { reason: '' }, 'reason'],
  ] as const)('is not added %s', async (_, more, field) => {
    expect(await freeze(more)).toMatchObject({ status: 422, body: { field } })
  })
})
