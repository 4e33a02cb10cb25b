import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeployDetail } from '../../shared/api/deploys.ts'
import { api } from '../../shared/api/index.ts'
import type { Plan } from '../../shared/api/plans.ts'
import type { BodyOf } from '../../shared/api/route.ts'
import { PersonError } from '../../shared/errors.ts'
import { exampleResolved } from '../../shared/messages/sources.ts'
import { v1, v2 } from '../../test/fixtures/deploy-rows.ts'
import { addFleet } from '../../test/fixtures/every-change.ts'
import { exampleCommits } from '../../test/fixtures/example-plan.ts'
import { newNkey, TrackerApi } from '../../test/fixtures/tracker-api.ts'

const first = 'h000000000001'
const second = 'h000000000002'
let tracker: TrackerApi

beforeEach(async () => {
  tracker = await TrackerApi.start()
  await tracker.store.write(addFleet)
  await join(second, 'web-2.prod')
  tracker.hostAnswers.set(first, { running: v1, current: v1 })
})
afterEach(() => tracker[Symbol.asyncDispose]())

const join = (id: string, name: string) =>
  tracker.store.write((writing) =>
    writing.agents.upsert({
      ...{ id, name, kind: 'host', cluster: 'prod', labels: {}, nkey: newNkey(), now: writing.now },
    }),
  )
const planned = async (body: Partial<BodyOf<typeof api.createPlan>> = {}): Promise<Plan> => {
  const answer = await tracker.call(api.createPlan, { body: { service: 'web', digest: v2, ...body } })
  expect(answer).toMatchObject({ status: 201 })
  return answer.body as unknown as Plan
}
const deployed = (planId: number, more: Partial<BodyOf<typeof api.createDeploy>> = {}) =>
  tracker.call(api.createDeploy, { body: { planId, ...more } })
const ref = (): Partial<BodyOf<typeof api.createPlan>> => ({ digest: undefined, ref: 'v2' })

describe('a plan', () => {
  test('shows what each host answers, and who has what', async () => {
    tracker.hostAnswers.set(second, {
      running: v2,
      current: v2,
      pulls: 0,
      refusal: 'Port 80 of web is held.',
    })
    const plan = await planned()
    expect(plan).toMatchObject({ id: 1, version: 'v2', digest: v2, size: 1, createdBy: 'ci', changes: 1 })
    expect(plan.hosts).toMatchObject([
      { hostName: 'web-1.prod', batch: 0, silent: false, digest: v1, version: 'v1', pulls: 1 },
      { hostName: 'web-2.prod', batch: 1, version: 'v2', pulls: 0, refusal: 'Port 80 of web is held.' },
    ])
    expect(plan.warnings.map(({ kind }) => kind)).toEqual(['refused', 'same-version', 'versions'])
    expect((await tracker.call(api.getPlan, { params: { id: 1 } })).body).toEqual(plan)
  })

  test('tells of a silent host what it reported last, and tries it last', async () => {
    await tracker.store.write((writing) =>
      writing.reports.upsert(
        first,
        {
          ...{ v: 1, at: 1, grabber: '0.1.0', bootId: 'b' },
          services: [{ service: 'web', current: v1, running: v1, health: 'healthy' }],
        },
        writing.now,
      ),
    )
    tracker.hostAnswers.set(first, 'silence')
    const { hosts } = await planned()
    expect(hosts.map(({ hostName, silent, version }) => [hostName, silent, version])).toEqual([
      ['web-2.prod', false, undefined],
      ['web-1.prod', true, 'v1'],
    ])
    expect(hosts[1]).not.toHaveProperty('room')
  })

  test('tells what still runs, not what is current beside it', async () => {
    tracker.hostAnswers.set(first, { running: v1, current: v2, version: 'v2' })
    tracker.hostAnswers.set(second, { running: 'e'.repeat(64), current: v2, version: 'v2' })
    const { hosts } = await planned()
    expect(hosts.map(({ digest, version }) => [digest, version])).toEqual([
      [v1, 'v1'],
      ['e'.repeat(64), undefined],
    ])
  })

  test('of a ref that is not built yet begins no build, and knows no sizes', async () => {
    const plan = await planned(ref())
    expect(plan).toMatchObject({ commit: exampleResolved.commit, changes: 2 })
    expect(plan).not.toHaveProperty('size')
    expect(plan.hosts[0]).not.toHaveProperty('pulls')
    expect(tracker.store.read.builds.list(undefined, 10)).toEqual([])
  })

  test('has the commits between, and warns of a downgrade', async () => {
    tracker.spansOf = (from) =>
      from.map((commit) => ({ from: commit, gained: exampleCommits(), lost: exampleCommits('Greet') }))
    const { present, warnings } = await planned()
    expect(present).toMatchObject([
      { version: 'v1', hosts: 1, gained: { count: 0 }, lost: { count: 1, latest: [{ subject: 'Greet' }] } },
      { hosts: 1 },
    ])
    expect(warnings.map(({ kind }) => kind)).toContain('downgrade')
  })

  test('goes on when no packer can say what lies between', async () => {
    tracker.spansOf = () => {
      throw new PersonError('invalid', 'The repo cannot be read.')
    }
    const { present, commitsUnknown } = await planned()
    expect(commitsUnknown).toBe('The repo cannot be read.')
    expect(present[0]).not.toHaveProperty('gained')
  })

  test('shows the same batches as the deploy has', async () => {
    for (let number = 3; number < 9; number++) await join(`h00000000000${number}`, `web-${number}.prod`)
    const rollout = { canary: 2, batch: [4, '75%'], order: 'spread:rack' as const }
    const plan = await planned({ rollout })
    const { body } = await tracker.call(api.createDeploy, { body: { service: 'web', digest: v2, rollout } })
    const batches = (body as unknown as DeployDetail).targets.map(({ hostName, batch }) => [hostName, batch])
    expect(plan.hosts.map(({ hostName, batch }) => [hostName, batch])).toEqual(batches)
  })

  test('is kept for a day', async () => {
    await planned()
    tracker.now += 24 * 3_600_000
    expect(await tracker.call(api.getPlan, { params: { id: 1 } })).toMatchObject({
      status: 404,
      body: { code: 'not-found', message: 'There is no plan 1, or it is no longer kept.' },
    })
    expect((await deployed(1)).status).toBe(404)
  })
})

describe('a deploy by a plan', () => {
  test('is exactly what the plan shows', async () => {
    const plan = await planned({ rollout: { canary: 0, batch: 1 }, reason: 'It is Tuesday' })
    const { status, body } = await deployed(plan.id)
    expect({ status, body }).toMatchObject({
      status: 202,
      body: {
        service: 'web',
        digest: v2,
        rollout: plan.rollout,
        reason: 'It is Tuesday',
        warnings: plan.warnings.map(({ message }) => message),
      },
    })
    expect((body as unknown as DeployDetail).targets.map(({ hostName, batch }) => [hostName, batch])).toEqual(
      plan.hosts.map(({ hostName, batch }) => [hostName, batch]),
    )
  })

  test('has the commit of the plan, wherever the branch is by now', async () => {
    const { id, commit } = await planned(ref())
    const { body } = await deployed(id)
    expect(body).toMatchObject({ commit, version: 'v2', buildId: 1 })
    expect(tracker.resolved).toBe(1)
  })

  test('is refused when facts have changed, naming them', async () => {
    const { id } = await planned()
    tracker.hostAnswers.set(first, { running: v2, current: v2 })
    await join('h000000000003', 'web-3.prod')
    expect(await deployed(id)).toMatchObject({
      status: 409,
      body: {
        code: 'conflict',
        field: 'planId',
        message:
          'Plan 1 no longer holds: web-1.prod now has v2 (v1 when the plan was made), web-3.prod is new and matches.',
      },
    })
    expect(tracker.store.read.deploys.list({}, 10)).toEqual([])
  })

  test('is refused when a host has fallen silent', async () => {
    const { id } = await planned()
    tracker.hostAnswers.set(second, 'silence')
    expect((await deployed(id)).body['message']).toMatch(/: web-2\.prod does not answer any more\.$/)
  })

  test('lets a version in quarantine in by the force of the plan alone', async () => {
    await tracker.store.write((writing) =>
      writing.quarantine.put({
        ...{ service: 'web', digest: v2, version: 'v2', reason: 'it is sick', deployId: 1, at: writing.now },
      }),
    )
    const tame = await planned()
    const forced = await planned({ force: true, reason: 'healed' })
    expect((await deployed(tame.id)).status).toBe(423)
    expect((await deployed(forced.id)).status).toBe(202)
  })

  test('brings the settings that it shows, whatever was set since', async () => {
    const set = (value: string) =>
      tracker.call(api.changeSettings, {
        params: { service: 'web' },
        body: { set: [{ name: 'KEY', value }] },
      })
    await set('one')
    const plan = await planned()
    expect(plan).toMatchObject({ config: 1, changes: plan.hosts.length })
    await set('two')
    const answer = await deployed(plan.id)
    expect(answer).toMatchObject({ status: 202, body: { config: 1 } })
  })

  test('waits for nobody: while another deploy of the service runs it is refused', async () => {
    const { id } = await planned()
    await tracker.call(api.createDeploy, { body: { service: 'web', digest: v2 } })
    expect((await deployed(id)).status).toBe(423)
  })

  test('takes nothing beside the plan, and needs one or a service', async () => {
    const { id } = await planned()
    for (const more of [
      { service: 'web' },
      { selection: { clusters: ['prod'] } },
      { rollout: { canary: 1 } },
    ])
      expect(await deployed(id, more)).toMatchObject({ status: 422, body: { field: 'planId' } })
    expect(await tracker.call(api.createDeploy, { body: {} })).toMatchObject({
      status: 422,
      body: { field: 'service' },
    })
  })
})
