import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { getDeploy, listDeploys, type DeployDetail } from '../../shared/api/deploys.ts'
import { listFailures } from '../../shared/api/failures.ts'
import { getVersions } from '../../shared/api/versions.ts'
import type { DeployState } from '../../shared/domain/deploy-state.ts'
import { Constellation } from '../dev-env/constellation.ts'
import { eventually } from '../dev-env/poll.ts'
import type { Service } from '../dev-env/service.ts'

const hosts = ['web-1', 'web-2', 'web-3', 'web-4']
let fleet: Constellation
let services = 0

beforeAll(async () => {
  fleet = await Constellation.start({ hosts: hosts.map((name) => ({ name, cluster: 'prod' })) })
})
afterAll(() => fleet[Symbol.asyncDispose]())

/** A service of which v1 runs on every host. */
const newService = async (): Promise<Service> => {
  const service = await fleet.addService(`web-${++services}`)
  await service.commit('v1')
  expect(await deploy(service, 'v1', '--canary', '0', '--batch', '100%')).toMatchObject({ code: 0 })
  onTestFailed(() => {
    console.log(fleet.tracker.output, ...[...fleet.grabbers.values()].map(({ output }) => output))
  })
  return service
}

const deploy = (service: Service, ref: string, ...flags: string[]) =>
  fleet.tracker.cli('deploy', `${service.name}@${ref}`, '-c', 'prod', ...flags)

const lastDeployOf = async ({ name }: Service): Promise<DeployDetail> => {
  const { deploys } = await fleet.tracker.call(listDeploys, { query: { service: name, limit: 1 } })
  return fleet.tracker.call(getDeploy, { params: { id: deploys[0]!.id } })
}

const reaches = (service: Service, state: DeployState) =>
  eventually(`deploy of ${service.name} to be ${state}`, async () => {
    const found = await lastDeployOf(service)
    return found.state === state && found
  })

const on = (greetings: Record<string, string>, rest: string): Record<string, string> =>
  Object.fromEntries(hosts.map((host) => [host, greetings[host] ?? rest]))

const syncOf = async ({ name }: Service): Promise<(string | undefined)[]> => {
  const { rows } = await fleet.tracker.call(getVersions, { query: { service: name, cluster: [], label: [] } })
  return rows.flatMap(({ cells }) => cells.map(({ sync }) => sync))
}

test('a person looks at the canary, and what is staged needs no artifact store any more', async () => {
  const service = await newService()
  await service.commit('v2')
  await deploy(service, 'v2', '--pause-after-canary', '--detach')
  const { id, error } = await reaches(service, 'paused')
  expect(error).toMatch(/^The canary web-1 runs it: `tracker promote \d+` goes on/)
  expect(await service.greetings()).toEqual(on({ 'web-1': 'v2' }, 'v1'))

  const store = join(fleet.tracker.data, 'artifacts')
  for (const name of await readdir(store)) await rm(join(store, name), { recursive: true })
  await fleet.tracker.kill()
  await fleet.tracker.startAgain()
  expect((await lastDeployOf(service)).state).toBe('paused')
  expect(await fleet.tracker.cli('promote', String(id))).toMatchObject({ code: 0 })
  expect(await fleet.tracker.cli('watch', String(id))).toMatchObject({ code: 0 })
  expect(await service.greetings()).toEqual(on({}, 'v2'))
})

test('one host too many fails, and all go back to what they had: not partial, not succeeded', async () => {
  const service = await newService()
  await service.commit('v2', 'unlicensed')
  for (const host of hosts.slice(0, 3)) await fleet.grabber(host).addSetting(service.name, 'LICENCE=1')
  const { code, stdout } = await deploy(service, 'v2', '--batch', '1')
  expect(code).toBe(6)
  expect(stdout).toContain('rolling-back: web-4: ')
  const { id, state, targets } = await lastDeployOf(service)
  expect(state).toBe('rolled-back')
  expect(new Set(targets.map((target) => target.state))).toEqual(new Set(['rolled-back']))
  const { failures } = await fleet.tracker.call(listFailures, { params: { id } })
  expect(failures.map((group) => group.hosts.map(({ hostName }) => hostName))).toEqual([['web-4']])
  expect(await service.greetings()).toEqual(on({}, 'v1'))
  await expect.poll(() => syncOf(service)).toEqual(hosts.map(() => 'in-sync'))
})

test('a version that was rolled back stays out, until somebody says why it may come in', async () => {
  const service = await newService()
  await service.commit('v2', 'unlicensed')
  expect(await deploy(service, 'v2')).toMatchObject({ code: 6 })
  const refused = await deploy(service, 'v2')
  expect(refused.code).toBe(7)
  expect(refused.stderr).toMatch(/v2 is in quarantine since deploy \d+: web-1: .*\n.*--force and a --reason/)
  expect((await fleet.tracker.cli('quarantine')).stdout).toContain(service.name)
  expect((await deploy(service, 'v2', '--force')).code).toBe(2)
  for (const host of hosts) await fleet.grabber(host).addSetting(service.name, 'LICENCE=1')
  expect(await deploy(service, 'v2', '--force', '--reason', 'licensed')).toMatchObject({ code: 0 })
  expect((await fleet.tracker.cli('quarantine')).stdout).not.toContain(service.name)
  const { id } = await lastDeployOf(service)
  expect(await fleet.tracker.cli('rollback', String(id), '--reason', 'slow')).toMatchObject({ code: 0 })
  expect((await deploy(service, 'v2')).stderr).toMatch(/it was rolled back by .*: slow\./)
  // The way back from the way back would bring it in again.
  expect((await fleet.tracker.cli('rollback', service.name)).code).toBe(7)
})

test('paused for its failures, it goes on when a person accepts them', async () => {
  const service = await newService()
  await service.commit('v2', 'unlicensed')
  for (const host of ['web-1', 'web-3', 'web-4'])
    await fleet.grabber(host).addSetting(service.name, 'LICENCE=1')
  await deploy(service, 'v2', '--batch', '1', '--on-failure', 'pause', '--detach')
  const { id } = await reaches(service, 'paused')
  expect(await service.greetings()).toEqual(on({ 'web-1': 'v2' }, 'v1'))
  expect(await fleet.tracker.cli('resume', String(id))).toMatchObject({ code: 0 })
  expect(await fleet.tracker.cli('watch', String(id))).toMatchObject({ code: 5 })
  expect(await service.greetings()).toEqual(on({ 'web-2': 'v1' }, 'v2'))
})

test('a running deploy is rolled back by itself, at once', async () => {
  const service = await newService()
  await service.commit('v2')
  await deploy(service, 'v2', '--batch', '10', '--bake', '5m', '--detach')
  await eventually('the canary to be watched', async () => {
    const found = await lastDeployOf(service)
    return found.bakesUntil !== undefined && found
  })
  const { id } = await lastDeployOf(service)
  const { code, stdout } = await fleet.tracker.cli('rollback', String(id))
  expect(stdout).toContain(`Deploy ${id} is rolling-back.`)
  expect(code).toBe(0)
  expect((await lastDeployOf(service)).state).toBe('rolled-back')
  expect(await service.greetings()).toEqual(on({}, 'v1'))
})

test('paused, nothing begins; resumed, it goes on where it was', async () => {
  const service = await newService()
  await service.commit('v2')
  await deploy(service, 'v2', '--batch', '1', '--bake', '1s', '--detach')
  const { id } = await reaches(service, 'rolling')
  expect(await fleet.tracker.cli('pause', String(id), '--reason', 'lunch')).toMatchObject({ code: 0 })
  const { error, targets } = await lastDeployOf(service)
  expect(error).toMatch(/^Paused by .*: lunch\.$/)
  expect(targets.filter(({ state }) => state === 'staged').length).toBeGreaterThan(1)
  expect(await fleet.tracker.cli('resume', String(id))).toMatchObject({ code: 0 })
  expect(await fleet.tracker.cli('promote', String(id))).toMatchObject({ code: 0 })
  expect(await fleet.tracker.cli('watch', String(id))).toMatchObject({ code: 0 })
  expect(await service.greetings()).toEqual(on({}, 'v2'))
})
