import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../shared/api/index.ts'
import type { ChangeRoute, RequestOf } from '../../shared/api/route.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { addFleet, changeNames, everyChange } from '../../test/fixtures/every-change.ts'
import { TrackerApi } from '../../test/fixtures/tracker-api.ts'
import { hashToken, newToken } from '../tokens.ts'

let tracker: TrackerApi
beforeEach(async () => {
  tracker = await TrackerApi.start()
})
afterEach(() => tracker[Symbol.asyncDispose]())

const key = 'build-77/deploy'
const withKey = { 'idempotency-key': key }
const trail = () => tracker.store.read.audit.list({}, 100)

describe.each(changeNames)('%s, sent again with its key', (name) => {
  const route: ChangeRoute = api[name]

  test('is answered the same and not done again, also after a restart', async () => {
    const request = (await everyChange[name](tracker)).request as RequestOf<ChangeRoute>
    const first = await tracker.call(route, request, withKey)
    expect(first.status).toBe(route.successStatus ?? 200)
    const second = await tracker.call(route, request, withKey)
    await tracker.restart()
    const third = await tracker.call(route, request, withKey)
    for (const { status, body, headers } of [second, third]) {
      expect({ status, body }).toEqual({ status: first.status, body: first.body })
      expect(headers['set-cookie']).toEqual(first.headers['set-cookie'])
    }
    expect(trail()).toMatchObject([{ action: route.action, requestId: key }])
  })
})

describe('a key', () => {
  const deploy = { body: { service: 'web', ref: 'v2' } }
  beforeEach(() => tracker.store.write(addFleet))
  const deploys = () => tracker.store.read.deploys.list({ service: 'web' }, 100)

  test('that was used for another body, path or method is refused', async () => {
    await tracker.call(api.createDeploy, deploy, withKey)
    const others = [
      await tracker.call(api.createDeploy, { body: { service: 'web', ref: 'v3' } }, withKey),
      await tracker.call(api.cancelDeploy, { params: { id: 1 }, body: {} }, withKey),
      await tracker.call(api.deleteSession, {}, withKey),
    ]
    for (const { status, body } of others) {
      expect({ status, body }).toMatchObject({
        status: 409,
        body: { code: 'conflict', field: 'Idempotency-Key' },
      })
    }
    expect(trail()).toHaveLength(1)
  })

  test('is waited for while the first call is still running', async () => {
    let goOn = (): void => undefined
    tracker.beforeResolving = () => new Promise((resolve) => (goOn = resolve))
    const calls = Array.from({ length: 20 }, () => tracker.call(api.createDeploy, deploy, withKey))
    await eventually('the packer is asked', () => tracker.resolved === 1)
    goOn()
    const answers = await Promise.all(calls)
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202))
    expect(tracker.resolved).toBe(1)
    expect(deploys()).toHaveLength(1)
  })

  test('of a call that failed is free: the call is done when it is sent again', async () => {
    await tracker.call(api.createDeploy, deploy)
    expect((await tracker.call(api.createDeploy, deploy, withKey)).status).toBe(423)
    await tracker.call(api.cancelDeploy, { params: { id: 1 }, body: {} })
    expect((await tracker.call(api.createDeploy, deploy, withKey)).status).toBe(202)
    expect(deploys()).toHaveLength(2)
  })

  test('belongs to the token that it came with', async () => {
    const other = newToken()
    await tracker.store.write((writing) => {
      const { now } = writing
      writing.tokens.insert({ hash: hashToken(other), name: 'ops', kind: 'admin', now, expiresAt: null })
    })
    await tracker.call(api.createDeploy, deploy, withKey)
    const { status } = await tracker.call(api.createDeploy, deploy, {
      ...withKey,
      authorization: `Bearer ${other}`,
    })
    expect(status).toBe(423)
  })

  test('is forgotten after a day', async () => {
    await tracker.call(api.createDeploy, deploy, withKey)
    await tracker.call(api.cancelDeploy, { params: { id: 1 }, body: {} })
    tracker.now += 24 * 3_600_000 - 1
    expect((await tracker.call(api.createDeploy, deploy, withKey)).body).toMatchObject({ id: 1 })
    tracker.now += 1
    expect((await tracker.call(api.createDeploy, deploy, withKey)).body).toMatchObject({ id: 2 })
  })

  test.each(['', 'two words', 'x'.repeat(256), 'schlüssel'])('cannot be %j', async (bad) => {
    const { status, body } = await tracker.call(api.createDeploy, deploy, { 'idempotency-key': bad })
    expect({ status, body }).toMatchObject({ status: 422, body: { field: 'idempotency-key' } })
  })
})
