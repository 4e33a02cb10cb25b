import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../shared/api/index.ts'
import type { ChangeRoute, QueryOf, RequestOf, Route } from '../../shared/api/route.ts'
import { changeNames, everyChange } from '../../test/fixtures/every-change.ts'
import { TrackerApi } from '../../test/fixtures/tracker-api.ts'

let tracker: TrackerApi
beforeEach(async () => {
  tracker = await TrackerApi.start()
})
afterEach(() => tracker[Symbol.asyncDispose]())

const trail = () => tracker.store.read.audit.list({}, 100)
const changes = (Object.entries(api) as [string, Route][]).filter(([, { method }]) => method !== 'GET')

test('an example is there for each route that changes something', () => {
  expect([...changeNames].sort()).toEqual(changes.map(([name]) => name).sort())
})

test('no two routes call what they do the same', () => {
  const actions = changes.map(([, route]) => (route as ChangeRoute).action)
  expect(new Set(actions).size).toBe(actions.length)
})

describe.each(changeNames)('%s', (name) => {
  const route: ChangeRoute = api[name]

  test('leaves one row in the audit trail: who, what, when, from where and why', async () => {
    const { request, ...said } = await everyChange[name](tracker)
    const { status, body } = await tracker.call(route, request as RequestOf<ChangeRoute>)
    expect({ status, body }).toMatchObject({ status: route.successStatus ?? 200 })
    expect(trail()).toEqual([
      {
        id: 1,
        at: tracker.now,
        action: route.action,
        address: '127.0.0.1',
        client: 'tracker/0.1.0',
        requestId: expect.stringMatching(/./) as string,
        ...said,
      },
    ])
  })

  test('leaves none when it is refused, and no secret ever', async () => {
    const { request } = await everyChange[name](tracker)
    const answer = await tracker.call(route, request as RequestOf<ChangeRoute>)
    const refused = await tracker.call(route, ...asNobody(request as RequestOf<ChangeRoute>))
    expect(refused.status).toBe(401)
    expect(trail()).toHaveLength(1)
    const secrets = [...JSON.stringify([request, answer]).matchAll(/at_[\w-]{43}/g), [tracker.token]].flat()
    for (const secret of secrets) expect(JSON.stringify(trail())).not.toContain(secret)
  })
})

/** The same call with a token that nobody knows. */
const asNobody = (request: RequestOf<ChangeRoute>) => {
  const { body } = request as { body?: { token?: string } }
  const unknown = body?.token === undefined ? body : { ...body, token: 'at_unknown' }
  return [
    { ...request, body: unknown } as RequestOf<ChangeRoute>,
    { authorization: 'Bearer at_unknown' },
  ] as const
}

test('a change that is refused while it is written leaves no row', async () => {
  const { request } = await everyChange.cancelDeploy(tracker)
  await tracker.call(api.cancelDeploy, request)
  expect(await tracker.call(api.pauseDeploy, request)).toMatchObject({ status: 409 })
  expect(trail()).toHaveLength(1)
})

test('the user agent is bounded', async () => {
  const { request } = await everyChange.registerService(tracker)
  await tracker.call(api.registerService, request, { 'user-agent': 'x'.repeat(5000) })
  expect(trail()[0]?.client).toHaveLength(200)
})

describe('GET /api/v1/audit', () => {
  const entries = async (query: QueryOf<typeof api.listAudit>) => {
    const { status, body } = await tracker.call(api.listAudit, { query })
    expect(status).toBe(200)
    return (body['entries'] as { id: number }[]).map(({ id }) => id)
  }
  beforeEach(async () => {
    const register = (name: string) =>
      tracker.call(api.registerService, { body: { name, repo: '/srv/git/x' } })
    await register('web')
    tracker.now += 60_000
    await register('mail')
    await tracker.call(api.createSession, { body: { token: tracker.token } })
  })

  test('lists newest first, page by page', async () => {
    expect(await entries({})).toEqual([3, 2, 1])
    expect(await entries({ limit: 1 })).toEqual([3])
    expect(await entries({ before: 3 })).toEqual([2, 1])
  })

  test('filters by who, action, subject, service and time', async () => {
    expect(await entries({ who: 'ci' })).toEqual([3, 2, 1])
    expect(await entries({ who: 'nobody' })).toEqual([])
    expect(await entries({ action: 'service.register' })).toEqual([2, 1])
    expect(await entries({ subject: 'service web' })).toEqual([1])
    expect(await entries({ service: 'mail', action: 'service.register' })).toEqual([2])
    expect(await entries({ since: String(tracker.now) })).toEqual([3, 2])
    expect(await entries({ until: new Date(tracker.now - 1).toISOString() })).toEqual([1])
  })

  test('needs a token', async () => {
    const { status } = await tracker.call(api.listAudit, {}, { authorization: 'Bearer at_wrong' })
    expect(status).toBe(401)
  })

  test.each(['soon', '2026-02-31T00:00Z', '2026-01-01T00:00'])('refuses the moment %j', async (since) => {
    const { status, body } = await tracker.call(api.listAudit, { query: { since } })
    expect({ status, body }).toMatchObject({ status: 422, body: { field: 'since' } })
  })
})
