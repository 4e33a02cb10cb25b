import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../shared/api/index.ts'
import type { BodyOf, QueryOf } from '../../shared/api/route.ts'
import type { Order } from '../../shared/messages/order.ts'
import { createLogger } from '../../shared/log.ts'
import { openOrder } from '../../shared/signing/orders.ts'
import { v1, v2 } from '../../test/fixtures/deploy-rows.ts'
import { addFleet, hostId } from '../../test/fixtures/every-change.ts'
import { TrackerApi } from '../../test/fixtures/tracker-api.ts'
import { assign, moveDeploy } from '../deploy/moves.ts'
import { OrderDesk } from '../fleet/order-desk.ts'
import { recordHostEvents } from '../deploy/targets/host-events.ts'
import { recordVersionReport } from '../deploy/targets/version-reports.ts'
import { Settings } from '../settings/settings.ts'

const planted = 'planted-secret-7b1f'
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
let tracker: TrackerApi

beforeEach(async () => {
  tracker = await TrackerApi.start()
  await tracker.store.write(addFleet)
})
afterEach(() => tracker[Symbol.asyncDispose]())

const params = { service: 'web' }
const set = (
  settings: Record<string, string>,
  more: Partial<BodyOf<typeof api.changeSettings>> & { secret?: boolean } = {},
) => {
  const { secret = true, ...rest } = more
  const body = { set: Object.entries(settings).map(([name, value]) => ({ name, value, secret })), ...rest }
  return tracker.call(api.changeSettings, { params, body })
}
const unset = (...names: string[]) => tracker.call(api.changeSettings, { params, body: { unset: names } })
const list = async (query: QueryOf<typeof api.listSettings> = {}) =>
  (await tracker.call(api.listSettings, { params, query })).body
const history = async () => (await tracker.call(api.listConfigs, { params, query: {} })).body['configs']
const versions = async () => (await tracker.call(api.getVersions, { query: { cluster: [], label: [] } })).body
const deploy = (more: object = {}) =>
  tracker.call(api.createDeploy, { body: { service: 'web', digest: v2, selection: {}, ...more } })

const host = { kind: 'host', host: 'web-1.prod' } as const
const cluster = { kind: 'cluster', cluster: 'prod' } as const

const deskWith = (key = 'a key of the tracker') =>
  new OrderDesk({
    store: tracker.store,
    bus: { publish: () => undefined },
    key: privateKey,
    settings: new Settings(tracker.store, key),
    log: createLogger('test', 'silent'),
  })
/** What the host would be sent. */
const order = (): Order | undefined => {
  const [signed] = deskWith().ordersOf(hostId).orders
  return signed && openOrder(signed, publicKey)
}
const activate = (id: number): Promise<void> =>
  tracker.store.write((writing) =>
    assign(writing, writing.deploys.get(id)!, writing.targets.get(id, hostId)!, 'activate'),
  )

describe('settings of a service', () => {
  test('make a new version with each change, and every version stays as it was', async () => {
    expect((await set({ A: 'one', B: 'two' })).body).toMatchObject({ config: { version: 1 }, changed: true })
    await set({ A: 'other' }, { scope: cluster, secret: false, reason: 'more of it' })
    await unset('B')
    expect(await list()).toMatchObject({
      config: 3,
      settings: [
        { name: 'A', scope: cluster, since: 2, value: 'other' },
        { name: 'A', scope: { kind: 'service' }, since: 1, secret: true },
      ],
    })
    expect(await list({ config: 1 })).toMatchObject({ config: 1, settings: [{ name: 'A' }, { name: 'B' }] })
    expect(await history()).toMatchObject([
      { version: 3, createdBy: 'ci', changes: [{ name: 'B', change: 'unset' }] },
      { version: 2, reason: 'more of it', changes: [{ name: 'A', scope: cluster, change: 'set' }] },
      { version: 1, changes: [{ name: 'A' }, { name: 'B' }] },
    ])
  })

  test('of a host count before those of its cluster, and these before those of the service', async () => {
    await set({ A: 'service', B: 'service', C: 'service' }, { secret: false })
    await set({ B: 'cluster', C: 'cluster' }, { scope: cluster, secret: false })
    await set({ C: 'host' }, { scope: host, secret: false })
    const { settings } = await list({ host: 'web-1.prod' })
    expect(settings).toMatchObject([
      { value: 'service' },
      { value: 'cluster' },
      { value: 'host', scope: host },
    ])
  })

  test('that are so already make no version', async () => {
    await set({ A: 'one' })
    expect((await set({ A: 'one' })).body).toMatchObject({ config: { version: 1 }, changed: false })
    expect((await set({ A: 'one' }, { secret: false })).body).toMatchObject({ config: { version: 2 } })
  })

  test.each<[string, Partial<BodyOf<typeof api.changeSettings>>, number, RegExp]>([
    ['a loader variable', { set: [{ name: 'LD_PRELOAD', value: 'x' }] }, 422, /foreign code/],
    ['the grabber’s own names', { set: [{ name: 'APPTRACKER_SERVICE', value: 'x' }] }, 422, /grabber’s own/],
    ['no name', { set: [{ name: '1A', value: 'x' }] }, 422, /letters, digits/],
    ['a control character', { set: [{ name: 'A', value: 'a\u0000b' }] }, 422, /base64/],
    ['a long value', { set: [{ name: 'A', value: 'é'.repeat(4097) }] }, 422, /8192 bytes/],
    ['a name given twice', { set: [{ name: 'A', value: 'x' }], unset: ['A'] }, 422, /each once/],
    ['nothing', {}, 422, /at least one/],
    [
      'a host that is not there',
      { set: [{ name: 'A', value: 'x' }], scope: { kind: 'host', host: 'web-9' } },
      404,
      /no host web-9/,
    ],
    [
      'a cluster that is not there',
      { set: [{ name: 'A', value: 'x' }], scope: { kind: 'cluster', cluster: 'lab' } },
      404,
      /cluster lab/,
    ],
    ['what is not set', { unset: ['A'] }, 404, /A is not set for web/],
  ])('refuse %s', async (_, body, status, message) => {
    const answer = await tracker.call(api.changeSettings, { params, body })
    expect(answer).toMatchObject({ status, body: { message: expect.stringMatching(message) as string } })
    expect(await list()).toEqual({ settings: [] })
  })

  test('of one host have to fit into an order, from all scopes together', async () => {
    const large = (prefix: string, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, '"'.repeat(8000)]))
    await set(large('A', 4))
    expect((await set(large('B', 4), { scope: cluster })).status).toBe(200)
    const refused = await set({ C: 'x'.repeat(2000) }, { scope: host })
    expect(refused).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/bytes of settings on one host/) as string },
    })
    await deploy()
    await activate(1)
    expect(Object.keys(order()?.config?.env ?? {})).toHaveLength(8)
  })

  test('are not for the grabber itself', async () => {
    await tracker.store.write((writing) =>
      writing.services.upsert({ name: 'grabber', repo: '/srv/git/grabber', path: '.', now: 1 }),
    )
    const body = { set: [{ name: 'A', value: 'x' }] }
    expect((await tracker.call(api.changeSettings, { params: { service: 'grabber' }, body })).status).toBe(
      422,
    )
  })
})

test('a secret is nowhere but in the order of its host', async () => {
  await tracker.call(
    api.changeSettings,
    { params, body: { set: [{ name: 'KEY', value: planted }] } },
    { 'idempotency-key': 'once' },
  )
  await deploy()
  await activate(1)
  expect(order()?.config?.env).toEqual({ KEY: planted })
  const answers = [await list(), await list({ host: 'web-1.prod' }), await history()]
  answers.push(await versions())
  for (const route of [api.listAudit, api.listEvents, api.listDeploys])
    answers.push((await tracker.call(route, { query: {} })).body)
  expect(JSON.stringify(answers)).not.toContain(planted)
  const files = readdirSync(tracker.directory).filter((name) => name.startsWith('tracker.db'))
  expect(files).toContain('tracker.db-wal')
  for (const name of files) {
    const bytes = readFileSync(join(tracker.directory, name))
    expect(bytes.includes(planted), name).toBe(false)
    expect(bytes.includes(Buffer.from(planted).toString('base64').slice(0, 20)), name).toBe(false)
  }
})

test('without its key nothing is sent, rather than an order without settings', async () => {
  await set({ KEY: planted })
  await deploy()
  await activate(1)
  expect(deskWith('another key').ordersOf(hostId)).toEqual({ orders: [] })
})

describe('a deploy', () => {
  test('takes the newest settings of its moment, or those that it is told', async () => {
    await set({ A: 'one' })
    await set({ A: 'two' })
    const { body } = await deploy()
    expect(body).toMatchObject({ config: 2, targets: [{ config: 2 }] })
    await set({ A: 'three' })
    await activate(1)
    expect(order()?.config?.env).toEqual({ A: 'two' })
    await tracker.store.write((writing) => moveDeploy(writing, writing.deploys.get(1)!, 'cancelled', null))
    expect((await deploy({ config: 1 })).body).toMatchObject({ config: 1 })
  })

  test('of settings that there never were is refused', async () => {
    expect(await deploy({ config: 4 })).toMatchObject({ status: 404, body: { field: 'config' } })
  })

  test('is done on a host only once release and settings both run there', async () => {
    await set({ A: 'one' })
    await deploy()
    await activate(1)
    await committed(1)
    const confirmed = () => tracker.store.read.targets.get(1, hostId)?.confirmed
    await report(v2)
    expect(confirmed()).toBe(false)
    await report(v2, 1)
    expect(confirmed()).toBe(true)
    expect(await versions()).toMatchObject({
      rows: [{ cells: [{ sync: 'in-sync', version: 'v2', config: 1, desiredConfig: 1 }] }],
    })
    await report(v2)
    expect(await versions()).toMatchObject({
      rows: [
        { cells: [{ sync: 'out-of-sync', why: 'should run v2 with config 1, runs it with no settings' }] },
      ],
    })
  })

  test('that only brought settings is undone by a rollback, and its version stays trusted', async () => {
    await set({ A: 'one' })
    await report(v2, 1)
    await set({ A: 'two' })
    await deploy()
    await activate(1)
    await committed(1)
    await report(v2, 2)
    await tracker.store.write((writing) => {
      for (const state of ['staging', 'rolling', 'succeeded'] as const)
        moveDeploy(writing, writing.deploys.get(1)!, state, null)
    })
    const { body } = await tracker.call(api.rollbackDeploy, { params: { id: 1 }, body: {} })
    expect(body).toMatchObject({
      id: 2,
      config: 1,
      targets: [{ version: 'v2', config: 1, previousConfig: 2 }],
    })
    expect((await tracker.call(api.listQuarantine, {})).body).toEqual({ quarantine: [] })
  })

  test('that is tried again has the settings that it had', async () => {
    await set({ A: 'one' })
    await deploy()
    await tracker.store.write((writing) => moveDeploy(writing, writing.deploys.get(1)!, 'cancelled', null))
    await set({ A: 'two' })
    expect((await tracker.call(api.retryDeploy, { params: { id: 1 }, body: {} })).body).toMatchObject({
      config: 1,
    })
  })

  const committed = (deployId: number): Promise<void> =>
    tracker.store.write((writing) => {
      const agent = writing.agents.get(hostId)!
      const { seq } = writing.assignments.get(hostId, 'web')!
      const event = {
        id: `${seq}-committed`,
        at: 1,
        service: 'web',
        deployId,
        seq,
        state: 'committed' as const,
      }
      recordHostEvents(writing, agent, [event])
    })

  const report = (running: string, config?: number) =>
    tracker.store.write((writing) => {
      const service = { service: 'web', running, current: running, health: 'healthy' as const }
      const services = [{ ...service, ...(config === undefined ? {} : { config }) }]
      const said = { v: 1 as const, at: tracker.now, grabber: '0.1.0', bootId: 'boot', services }
      tracker.presence.heard(hostId, tracker.now)
      return recordVersionReport(writing, writing.agents.get(hostId)!, said, true)
    })
})

test('all orders of a host come in as many answers as they need', async () => {
  await tracker.store.write((writing) => {
    for (const service of ['api', 'mail', 'web']) {
      writing.services.upsert({ name: service, repo: '/srv/git/x', path: '.', now: 1 })
      writing.configs.insert({ service, version: 1, createdAt: 1, createdBy: 'ci', reason: null })
      const values = new Settings(tracker.store, 'a key of the tracker')
      for (let index = 0; index < 7; index++)
        writing.settings.insert(
          values.seal({
            ...{ service, scope: { kind: 'service' }, name: `A${index}`, value: '"'.repeat(8000) },
            ...{ plain: false, since: 1, until: null },
          }),
        )
      writing.assignments.assign({
        ...{ hostId, service, phase: 'activate', digest: v1, config: 1, deployId: 1, accepted: 0 },
      })
    }
  })
  const desk = deskWith()
  const services: string[] = []
  for (let after: string | undefined = ''; after !== undefined;) {
    const { orders, next } = desk.ordersOf(hostId, after)
    expect(JSON.stringify({ v: 1, orders, next }).length).toBeLessThan(256 * 1024)
    services.push(...orders.map((signed) => openOrder(signed, publicKey).service))
    after = next
  }
  expect(services).toEqual(['api', 'mail', 'web'])
})
