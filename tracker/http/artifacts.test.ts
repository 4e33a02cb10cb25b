import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../shared/api/index.ts'
import { newDeploy, newTarget, v1, v2 } from '../../test/fixtures/deploy-rows.ts'
import { addFleet, hostId } from '../../test/fixtures/every-change.ts'
import { TrackerApi } from '../../test/fixtures/tracker-api.ts'

const day = 24 * 3_600_000
let tracker: TrackerApi
beforeEach(async () => {
  tracker = await TrackerApi.start()
  await tracker.store.write(addFleet)
  tracker.now += 60 * day
})
afterEach(() => tracker[Symbol.asyncDispose]())

const keep = (rule: object) => tracker.call(api.setKeepRule, { body: rule })
/** v1 and v2 are what is built from tags, so by default they stay. */
const keepOnlyV2 = () => keep({ last: 0, tags: ['v2'] })
const list = async (query: object = {}) => (await tracker.call(api.listArtifacts, { query })).body

describe('what is kept', () => {
  test('is by default all tags and the newest ten', async () => {
    expect(await list()).toMatchObject({
      artifacts: [
        { version: 'v2', keptBecause: ['is a tag', 'is one of the newest 10'] },
        { version: 'v1', keptBecause: ['is a tag', 'is one of the newest 10'] },
      ],
      stay: { count: 2, bytes: 2 },
      go: { count: 0, bytes: 0 },
    })
    const { body } = await tracker.call(api.listKeepRules, {})
    expect(body).toEqual({ rules: [{ last: 10, days: 30, tags: ['*'] }] })
  })

  test('is what somebody says, for all services and for single ones', async () => {
    await keep({ days: 7 })
    await keep({ service: 'web', tags: [] })
    const common = { setBy: 'ci', setAt: tracker.now }
    expect((await tracker.call(api.listKeepRules, {})).body).toEqual({
      rules: [
        { last: 10, days: 7, tags: ['*'], ...common },
        { service: 'web', last: 10, days: 7, tags: [], ...common },
      ],
    })
    await tracker.call(api.removeKeepRule, { params: { service: 'web' } })
    expect(await tracker.call(api.removeKeepRule, { params: { service: 'web' } })).toMatchObject({
      status: 404,
      body: { message: 'web has no rule of its own on what is kept.' },
    })
  })

  test.each([
    [{ last: -1 }, 'last'],
    [{ days: 0 }, 'days'],
    [{ tags: ['v(1)'] }, 'tags.0'],
  ])('is refused as %j', async (rule, field) => {
    expect(await keep(rule)).toMatchObject({ status: 422, body: { field } })
  })
})

describe('a prune', () => {
  test('does what the list says, and no more', async () => {
    await keepOnlyV2()
    expect(await list({ kept: 'false' })).toMatchObject({
      artifacts: [{ version: 'v1', keptBecause: [] }],
      stay: { count: 1 },
      go: { count: 1, bytes: 1 },
    })
    const { body } = await tracker.call(api.pruneArtifacts, { body: { reason: 'full' } })
    expect(body).toEqual({ gone: { count: 1, bytes: 1 } })
    expect(await list()).toMatchObject({ artifacts: [{ version: 'v2' }], go: { count: 0 } })
    expect(tracker.store.read.audit.list({ action: 'artifact.prune' }, 9)).toMatchObject([
      { who: 'ci', subject: '1 artifact, 1 B', reason: 'full' },
    ])
  })

  test('of one service leaves the others alone', async () => {
    await keepOnlyV2()
    await tracker.store.write((writing) =>
      writing.services.upsert({ name: 'mail', repo: '/srv/git/mail', path: '.', now: 1 }),
    )
    const { body } = await tracker.call(api.pruneArtifacts, { body: { service: 'mail' } })
    expect(body).toEqual({ gone: { count: 0, bytes: 0 } })
    expect(await tracker.call(api.pruneArtifacts, { body: { service: 'nobody' } })).toMatchObject({
      status: 404,
    })
  })
})

describe('what is no longer kept', () => {
  const refused = {
    status: 409,
    body: {
      code: 'conflict',
      message: 'The artifact bbbbbbbbbbbb of web v1 is no longer kept.',
      hint: `Build it again with \`tracker build web@${'c'.repeat(40)}\`; or deploy what is built of it today: \`tracker deploy web@${'c'.repeat(40)}\`.`,
    },
  }
  const giveUpV1 = async () => {
    await keepOnlyV2()
    await tracker.call(api.pruneArtifacts, { body: {} })
  }

  test('is neither deployed nor planned by its digest', async () => {
    await giveUpV1()
    const body = { service: 'web', digest: v1.slice(0, 12) }
    expect(await tracker.call(api.createDeploy, { body })).toMatchObject(refused)
    expect(await tracker.call(api.createPlan, { body })).toMatchObject(refused)
    expect(await tracker.call(api.createDeploy, { body: { service: 'web', digest: v2 } })).toMatchObject({
      status: 202,
    })
  })

  test('is not deployed by a plan that somebody made before', async () => {
    await tracker.call(api.createPlan, { body: { service: 'web', digest: v1 } })
    tracker.now += day - 1
    await tracker.store.write((writing) => writing.artifacts.giveUp(v1, tracker.now))
    expect(await tracker.call(api.createDeploy, { body: { planId: 1 } })).toMatchObject(refused)
  })

  test.each([
    ['rolled back to', api.rollbackDeploy, 'committed', { previousDigest: v1 }],
    ['tried again', api.retryDeploy, 'failed', { digest: v1, previousDigest: null }],
  ] as const)('is not %s', async (_, route, state, target) => {
    await tracker.store.write((writing) => {
      const id = writing.deploys.insert(newDeploy({ digest: target.previousDigest ? v2 : v1 }))
      writing.targets.insert(newTarget(id, 'web-1.prod', { hostId, ...target }))
      const [first] = writing.targets.list(id)
      writing.targets.setState(first!, state, null, writing.now)
      const at = { error: null, endedAt: writing.now, pausedFrom: null, now: writing.now }
      writing.deploys.move(id, { state: 'failed', ...at })
    })
    await giveUpV1()
    expect(await tracker.call(route, { params: { id: 1 }, body: {} })).toMatchObject(refused)
  })
})

test('usage tells by service what is kept, what of it is in use, and how it grew', async () => {
  await keepOnlyV2()
  await tracker.call(api.createPlan, { body: { service: 'web', digest: v2 } })
  await tracker.call(api.pruneArtifacts, { body: {} })
  const { body } = await tracker.call(api.getArtifactUsage, {})
  expect(body).toMatchObject({
    services: [
      {
        service: 'web',
        artifacts: { count: 1, bytes: 1 },
        inUse: { count: 1, bytes: 1 },
        growth: -1,
      },
    ],
  })
})
