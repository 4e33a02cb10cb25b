import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { listAudit } from '../../shared/api/audit.ts'
import { getDeploy, listDeploys, type DeployDetail } from '../../shared/api/deploys.ts'
import { listEvents } from '../../shared/api/events.ts'
import type { Plan } from '../../shared/api/plans.ts'
import { getVersions } from '../../shared/api/versions.ts'
import type { DeployState } from '../../shared/domain/deploy-state.ts'
import { Constellation } from '../dev-env/constellation.ts'
import { eventually } from '../dev-env/poll.ts'
import { forgeCall, payload } from '../fixtures/forge-call.ts'
import type { Service } from '../dev-env/service.ts'

const prod = ['web-1.prod', 'web-2.prod', 'web-3.prod']
let fleet: Constellation
let services = 0

beforeAll(async () => {
  fleet = await Constellation.start({
    hosts: [
      ...prod.map((name) => ({ name, cluster: 'prod' })),
      { name: 'web-1.stage', cluster: 'stage', labels: { os: 'debian' } },
    ],
  })
})
afterAll(() => fleet[Symbol.asyncDispose]())

/** Each test has a service of its own, so that none depends on another's. */
const newService = async (...tags: string[]): Promise<Service> => {
  const service = await fleet.addService(`web-${++services}`)
  for (const tag of tags) await service.commit(tag)
  onTestFailed(() => {
    console.log(fleet.tracker.output, ...[...fleet.grabbers.values()].map(({ output }) => output))
  })
  return service
}

const deploy = (service: Service, ref: string, ...flags: string[]) =>
  fleet.tracker.cli('deploy', `${service.name}@${ref}`, ...flags)

const lastDeployOf = async ({ name }: Service): Promise<DeployDetail> => {
  const { deploys } = await fleet.tracker.call(listDeploys, { query: { service: name, limit: 1 } })
  return fleet.tracker.call(getDeploy, { params: { id: deploys[0]!.id } })
}

const statesOf = async (service: Service): Promise<Record<string, string>> =>
  Object.fromEntries((await lastDeployOf(service)).targets.map(({ hostName, state }) => [hostName, state]))

/** The tracker's database with its log, byte by byte. */
const databaseFiles = async (): Promise<string[]> => {
  const directory = join(fleet.directory, 'tracker')
  const names = (await readdir(directory)).filter((name) => name.startsWith('tracker.db'))
  return Promise.all(names.map((name) => readFile(join(directory, name), 'latin1')))
}

const everywhere = (hosts: readonly string[], greeting: string): Record<string, string> =>
  Object.fromEntries(hosts.map((host) => [host, greeting]))

const reaches = (service: Service, ...states: DeployState[]) =>
  eventually(`deploy of ${service.name} to be ${states.join(' or ')}`, async () => {
    const found = await lastDeployOf(service).catch(() => undefined)
    return found && states.includes(found.state) && found
  })

describe('a deploy', () => {
  test('brings the version to the hosts of a cluster, and to no other', async () => {
    const service = await newService('v1')
    expect(await deploy(service, 'v1', '-c', 'prod')).toMatchObject({ code: 0 })
    expect(await service.greetings()).toEqual(everywhere(prod, 'v1'))
    const { rows } = await fleet.tracker.call(getVersions, {
      query: { service: service.name, cluster: ['prod'], label: [] },
    })
    const cells = rows.flatMap(({ host, cells }) =>
      cells.map(({ sync, version }) => [host.name, sync, version]),
    )
    expect(cells.sort()).toEqual(prod.map((host) => [host, 'in-sync', 'v1']))
  })

  test('of what runs already builds nothing and touches nothing', async () => {
    const service = await newService('v1')
    await deploy(service, 'v1', '-c', 'prod')
    const before = await service.answers()
    const { buildId } = await lastDeployOf(service)
    expect(await deploy(service, 'v1', '-c', 'prod')).toMatchObject({ code: 0 })
    expect(await service.answers()).toEqual(before)
    expect(await statesOf(service)).toEqual(everywhere(prod, 'skipped'))
    expect((await lastDeployOf(service)).buildId ?? buildId).toBe(buildId)
  })

  test('upgrades the hosts that match a regex and leaves the others alone', async () => {
    const service = await newService('v1', 'v2')
    await deploy(service, 'v1', '-c', 'prod')
    const before = await service.answers()
    expect(await deploy(service, 'v2', '-H', '^web-[12]\\.prod$')).toMatchObject({ code: 0 })
    expect(await service.greetings()).toEqual({
      'web-1.prod': 'v2',
      'web-2.prod': 'v2',
      'web-3.prod': 'v1',
    })
    expect((await service.answers())['web-3.prod']).toEqual(before['web-3.prod'])
  })

  test('chooses hosts by label', async () => {
    const service = await newService('v1')
    expect(await deploy(service, 'v1', '-l', 'os=debian')).toMatchObject({ code: 0 })
    expect(await service.greetings()).toEqual({ 'web-1.stage': 'v1' })
  })

  test.each([
    ['broken', 'the kettle is empty'],
    ['sick', '500'],
  ] as const)(
    'of a %s version goes back by itself and touches no host after the canary',
    async (kind, why) => {
      const service = await newService('v1')
      await service.commit('v2', kind)
      await deploy(service, 'v1', '-c', 'prod')
      const before = await service.answers()
      const { code, stdout } = await deploy(service, 'v2', '-c', 'prod')
      expect(code).toBe(6)
      expect(stdout).toContain(why)
      expect(await service.greetings()).toEqual(everywhere(prod, 'v1'))
      const states = await statesOf(service)
      const [canary] = Object.keys(states).filter((host) => states[host] === 'rolled-back')
      expect(states).toEqual({ ...everywhere(prod, 'staged'), [canary!]: 'rolled-back' })
      const after = await service.answers()
      expect(prod.filter((host) => after[host]?.pid !== before[host]?.pid)).toEqual([canary])
    },
  )

  test('that is the first on its hosts and broken leaves nothing running', async () => {
    const service = await newService()
    await service.commit('v1', 'broken')
    expect((await deploy(service, 'v1', '-c', 'stage')).code).toBe(3)
    expect(await service.answers()).toEqual({})
    expect(await statesOf(service)).toEqual({ 'web-1.stage': 'failed' })
  })

  test('can be retried once what was missing is there', async () => {
    const service = await newService('v1')
    await service.commit('v2', 'unlicensed')
    await deploy(service, 'v1', '-c', 'prod')
    expect((await deploy(service, 'v2', '-c', 'prod')).code).toBe(6)
    for (const host of prod) await fleet.grabber(host).addSetting(service.name, 'LICENCE=given')
    const { id } = await lastDeployOf(service)
    expect(await fleet.tracker.cli('retry', String(id), '--force', '--reason', 'licensed')).toMatchObject({
      code: 0,
    })
    expect(await service.greetings()).toEqual(everywhere(prod, 'v2'))
  })

  test('can be rolled back to what each host ran before', async () => {
    const service = await newService('v1', 'v2', 'v3')
    await deploy(service, 'v1', '-c', 'prod')
    await deploy(service, 'v2', '-H', 'web-1.prod')
    await deploy(service, 'v3', '-c', 'prod')
    const { id } = await lastDeployOf(service)
    expect(await fleet.tracker.cli('rollback', String(id))).toMatchObject({ code: 0 })
    expect(await service.greetings()).toEqual({ ...everywhere(prod, 'v1'), 'web-1.prod': 'v2' })
  })

  test('brings settings with it, and takes back those that do no good, telling nobody what they were', async () => {
    const service = await newService()
    await service.commit('v1', 'licensed')
    const env = async (...words: string[]) =>
      expect(await fleet.tracker.cli('env', 'set', service.name, ...words)).toMatchObject({ code: 0 })
    await env('LICENCE=given-to-all')
    await env('LICENCE=given-to-web-2', '-H', 'web-2.prod')
    expect(await deploy(service, 'v1', '-H', '^web-[12].prod$')).toMatchObject({ code: 0 })
    const given = { 'web-1.prod': 'given-to-all', 'web-2.prod': 'given-to-web-2' }
    expect(await service.greetings()).toEqual(given)

    await env('LICENCE=forged-licence')
    const { code, stdout } = await deploy(service, 'v1', '-H', '^web-[12].prod$')
    expect({ code, stdout }).toMatchObject({
      code: 6,
      stdout: expect.stringContaining('[LICENCE]') as string,
    })
    expect(stdout).not.toContain('forged-licence')
    expect(await service.greetings()).toEqual(given)

    await env('LICENCE=renewed-for-all')
    expect(await deploy(service, 'v1', '-H', '^web-[12].prod$')).toMatchObject({ code: 0 })
    expect(await service.greetings()).toEqual({ ...given, 'web-1.prod': 'renewed-for-all' })
    expect(await fleet.tracker.cli('rollback', service.name)).toMatchObject({ code: 0 })
    expect(await service.greetings()).toEqual(given)

    const { events } = await fleet.tracker.call(listEvents, { query: { since: 0, limit: 1000 } })
    const { entries } = await fleet.tracker.call(listAudit, { query: { service: service.name } })
    expect(entries.filter(({ action }) => action === 'settings.change')).toHaveLength(4)
    const told = [JSON.stringify([events, entries]), fleet.tracker.output, ...(await databaseFiles())].join(
      '',
    )
    expect(told).toContain('[LICENCE]')
    for (const secret of ['given-to-all', 'given-to-web-2', 'forged-licence', 'renewed-for-all'])
      expect(told.includes(secret), secret).toBe(false)
  })

  test('that is cancelled touches no further host', async () => {
    const service = await newService('v1')
    await service.commit('v2', 'sick')
    await deploy(service, 'v1', '-c', 'prod')
    await deploy(service, 'v2', '-c', 'prod', '--detach')
    const { id } = await reaches(service, 'rolling')
    expect(await fleet.tracker.cli('cancel', String(id))).toMatchObject({ code: 0 })
    await reaches(service, 'cancelled')
    await eventually('the canary to be back', async () =>
      Object.values(await statesOf(service)).includes('rolled-back'),
    )
    expect(await service.greetings()).toEqual(everywhere(prod, 'v1'))
  })
})

test('what is pushed comes to the hosts of the hook that the forge calls, and nobody else’s push does', async () => {
  const service = await newService('v1')
  const { stdout } = await fleet.tracker.cli(
    ...['hooks', 'add', service.name, '--from', 'github', '--deploy', 'prod', '--json'],
  )
  const { name, url, secret } = JSON.parse(stdout) as { name: string; url: string; secret: string }
  const commit = await service.commit('v2')
  const said = { ...payload('github/push'), after: commit, commits: [], head_commit: null }
  const send = async (key: string) =>
    (await fetch(url, { method: 'POST', ...forgeCall('github', said, key) })).status
  expect(await send('ats_somebody-else')).toBe(401)
  expect(await send(secret)).toBe(202)
  const { createdBy } = await reaches(service, 'succeeded')
  expect(createdBy).toBe(`hook ${name}`)
  expect(await service.greetings()).toEqual(everywhere(prod, 'v2'))
  expect((await fleet.tracker.cli('hooks', 'show', name)).stdout).toMatch(/ succeeded +push of main by ann$/m)
})

describe('a plan', () => {
  const planOf = async (service: Service, ref: string, ...flags: string[]): Promise<Plan> => {
    const { code, stdout } = await fleet.tracker.cli('plan', `${service.name}@${ref}`, '--json', ...flags)
    expect(code).toBe(0)
    return JSON.parse(stdout) as Plan
  }

  test('is answered by the hosts, and deployed as long as its facts hold', async () => {
    const service = await newService('v1', 'v2')
    const hosts = ['-H', '^web-[12]\\.prod$', '--canary', '0', '--batch', '100%']
    await deploy(service, 'v1', ...hosts)
    const unbuilt = await planOf(service, 'v2', ...hosts)
    expect(unbuilt).toMatchObject({
      changes: 2,
      present: [{ version: 'v1', hosts: 2, gained: { count: 1 } }],
    })
    expect(unbuilt.hosts.filter(({ silent, pulls }) => silent || pulls !== undefined)).toEqual([])

    await deploy(service, 'v2', '-H', 'web-1.prod')
    const refused = await fleet.tracker.cli('deploy', '--plan-id', String(unbuilt.id))
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.stderr).toContain('web-1.prod now has v2 (v1 when the plan was made)')

    const plan = await planOf(service, 'v2', ...hosts)
    expect(plan.hosts.map(({ hostName, pulls }) => [hostName, pulls])).toEqual([
      ['web-1.prod', 0],
      ['web-2.prod', plan.size],
    ])
    expect(await fleet.tracker.cli('deploy', '--plan-id', String(plan.id))).toMatchObject({ code: 0 })
    expect(await service.greetings()).toEqual({ 'web-1.prod': 'v2', 'web-2.prod': 'v2' })
    const back = await planOf(service, 'v1', ...hosts)
    expect(back.warnings.map(({ kind }) => kind)).toEqual(['downgrade'])
    expect(back.hosts.map(({ pulls }) => pulls)).toEqual([0, 0])
  })
})

describe('a deploy that cannot be made', () => {
  test('names the ref that is not there', async () => {
    const service = await newService('v1')
    const { code, stderr } = await deploy(service, 'v9', '-c', 'prod')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: .*v9.*\.\n/)
    expect(stderr).not.toContain('    at ')
  })

  test.each([
    ['a regex', ['-H', '^nothing-matches$']],
    ['a cluster', ['-c', 'nowhere']],
  ])('says that no host matches %s', async (_, flags) => {
    const service = await newService('v1')
    const { code, stderr } = await deploy(service, 'v1', ...flags)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: .*host.*\.\n/)
  })

  test('names the service that is not there', async () => {
    const { code, stderr } = await fleet.tracker.cli('deploy', 'nothing@v1', '-c', 'prod')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: .*nothing.*\.\n/)
  })

  test('refuses a regex that is none, as a usage error', async () => {
    const service = await newService('v1')
    expect(await deploy(service, 'v1', '-H', '(')).toMatchObject({ code: 2 })
  })

  test('shows where service.yaml is malformed', async () => {
    const service = await newService()
    await service.repo.commit({ 'service.yaml': `service: ${service.name}\nrun:\n  comand: x\n` }, 'v1')
    const { code, stderr } = await deploy(service, 'v1', '-c', 'prod')
    expect(code).toBe(1)
    expect(stderr).toMatch(/service\.yaml.*3.*comand/s)
  })

  test('because its build fails, touches no host and shows the log', async () => {
    const service = await newService('v1')
    await service.commit('v2', 'unbuildable')
    await deploy(service, 'v1', '-c', 'prod')
    const before = await service.answers()
    const { code, stdout } = await deploy(service, 'v2', '-c', 'prod')
    expect(code).toBe(3)
    expect(stdout).toContain('the oven is cold')
    expect(await service.answers()).toEqual(before)
    const { id } = await lastDeployOf(service)
    const { events } = await fleet.tracker.call(listEvents, { query: { deploy: id, since: 0, limit: 1000 } })
    expect(events.filter(({ kind }) => kind === 'install.state')).toEqual([])
  })

  test('is locked out while another of the same service is at it', async () => {
    const service = await newService('v1')
    await service.commit('v2', 'sick')
    await deploy(service, 'v1', '-c', 'prod')
    await deploy(service, 'v2', '-c', 'prod', '--detach')
    expect((await deploy(service, 'v1', '-c', 'prod')).code).toBe(7)
    await reaches(service, 'rolled-back')
  })
})
