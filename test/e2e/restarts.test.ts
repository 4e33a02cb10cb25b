import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { getDeploy } from '../../shared/api/deploys.ts'
import { AgentIdentity } from '../../shared/api/enrolments.ts'
import { listEvents } from '../../shared/api/events.ts'
import { identityFile } from '../../shared/host/layout.ts'
import { createLogger } from '../../shared/log.ts'
import { assignmentsCall } from '../../shared/messages/assignments.ts'
import { orderMessage } from '../../shared/messages/order.ts'
import { Constellation } from '../dev-env/constellation.ts'
import { eventually } from '../dev-env/poll.ts'
import type { Service } from '../dev-env/service.ts'

const hosts = ['web-1.prod', 'web-2.prod', 'web-3.prod']
let fleet: Constellation
let services = 0

beforeAll(async () => {
  fleet = await Constellation.start({ hosts: hosts.map((name) => ({ name, cluster: 'prod' })) })
})
afterAll(() => fleet[Symbol.asyncDispose]())

/** A service of the test's own with v1 deployed and v2 ready to be. */
const deployedService = async (): Promise<Service> => {
  const service = await fleet.addService(`web-${++services}`)
  await service.commit('v1')
  await service.commit('v2')
  expect(await fleet.tracker.cli('deploy', `${service.name}@v1`, '-c', 'prod')).toMatchObject({ code: 0 })
  return service
}

/** Starts a deploy without watching it; returns its id. */
const startDeploy = async (service: Service, ref: string): Promise<number> => {
  const args = ['deploy', `${service.name}@${ref}`, '-c', 'prod', '--detach', '--json']
  const { stdout } = await fleet.tracker.cli(...args)
  return z.object({ id: z.int() }).parse(JSON.parse(stdout)).id
}

const deployOf = (id: number) => fleet.tracker.call(getDeploy, { params: { id } })

const succeeds = (id: number) =>
  eventually(
    `deploy ${id} to succeed`,
    async () => {
      const { state, error } = await deployOf(id)
      if (['failed', 'partial', 'rolled-back'].includes(state))
        throw new Error(`deploy ${id} ${state}: ${error}`)
      return state === 'succeeded'
    },
    40_000,
  )

const everywhere = (greeting: string) => Object.fromEntries(hosts.map((host) => [host, greeting]))

const identityOf = async (host: string) => {
  const text = await readFile(identityFile(fleet.grabber(host).paths.state), 'utf8')
  return AgentIdentity.extend({ seed: z.string() }).loose().parse(JSON.parse(text))
}

describe('a tracker that is killed', () => {
  test.each(['building', 'staging', 'rolling'] as const)(
    'while a deploy is %s goes on with it when it is started again',
    async (moment) => {
      const service = await deployedService()
      const id = await startDeploy(service, 'v2')
      await eventually(`the deploy to be ${moment}`, async () => (await deployOf(id)).state === moment)
      await fleet.tracker.kill()
      await fleet.tracker.startAgain()
      await succeeds(id)
      expect(await service.greetings()).toEqual(everywhere('v2'))
    },
  )

  test('cuts no host off: its nats-server lives on and is taken over', async () => {
    const service = await deployedService()
    const disconnects = (): number =>
      hosts
        .map((host) => fleet.grabber(host).output.split('NATS connection lost').length)
        .reduce((a, b) => a + b)
    const before = disconnects()
    await fleet.tracker.kill()
    await fleet.tracker.startAgain()
    await succeeds(await startDeploy(service, 'v2'))
    expect(disconnects()).toBe(before)
  })

  test('is away while hosts finish: what they did is told to it later', async () => {
    const service = await deployedService()
    const id = await startDeploy(service, 'v2')
    await eventually('an install to be under way', async () =>
      (await deployOf(id)).targets.some(({ state }) => state === 'checking' || state === 'starting'),
    )
    await fleet.tracker.kill()
    await eventually('the canary to run v2', async () =>
      Object.values(await service.greetings()).includes('v2'),
    )
    await fleet.tracker.startAgain()
    await succeeds(id)
    expect(await service.greetings()).toEqual(everywhere('v2'))
  })
})

describe('a grabber that is killed', () => {
  test('leaves its services running, and goes on with them when it is started again', async () => {
    const service = await deployedService()
    const before = await service.answers()
    const grabber = fleet.grabber('web-1.prod')
    await grabber.kill()
    expect(await service.answers()).toEqual(before)
    await grabber.startAgain()
    expect(await service.answers()).toEqual(before)
    await succeeds(await startDeploy(service, 'v2'))
    expect(await service.greetings()).toEqual(everywhere('v2'))
  })

  test('in the middle of an install finishes it when it is started again', async () => {
    const service = await deployedService()
    const id = await startDeploy(service, 'v2')
    const underWay = await eventually('an install to be under way', async () =>
      (await deployOf(id)).targets.find(({ state }) => state === 'checking' || state === 'starting'),
    )
    const grabber = fleet.grabber(underWay.hostName)
    await grabber.kill()
    await grabber.startAgain()
    await succeeds(id)
    expect(await service.greetings()).toEqual(everywhere('v2'))
  })

  test('and misses an order hears of it when it is started again', async () => {
    const service = await deployedService()
    const grabber = fleet.grabber('web-3.prod')
    await grabber.kill()
    const id = await startDeploy(service, 'v2')
    await eventually('the order to be made', async () =>
      (await deployOf(id)).targets.every(
        ({ state, hostName }) => state === 'staged' || hostName === 'web-3.prod',
      ),
    )
    await grabber.startAgain()
    await succeeds(id)
    expect(await service.greetings()).toEqual(everywhere('v2'))
  })
})

test('orders that come again, late or forged change nothing', async () => {
  const service = await deployedService()
  const { id, seed, natsUrl } = await identityOf('web-2.prod')
  const log = createLogger('test', 'silent')
  await using host = await NatsBus.connect({ url: natsUrl, id, seed, log })
  const orders = async () => (await host.call(assignmentsCall, { host: id }, { v: 1 }, 5000)).orders
  const old = await orders()
  await succeeds(await startDeploy(service, 'v2'))
  const [current, before] = [await orders(), await service.answers()]
  const { latest } = await fleet.tracker.call(listEvents, { query: { since: 0, limit: 1 } })

  const ordersSeed = await readFile(join(fleet.tracker.data, 'keys/nats-orders.seed'), 'utf8')
  await using tracker = await NatsBus.connect({ url: natsUrl, id: 'orders', seed: ordersSeed.trim(), log })
  const repeated = Array.from({ length: 5 }, () => [...current, ...old]).flat()
  const forged = { ...current[0]!, signature: Buffer.alloc(64).toString('base64') }
  for (const order of [...repeated, forged]) tracker.publish(orderMessage, { host: id }, order)
  await eventually('the last of them to be refused', () =>
    /not signed by this host's tracker/.test(fleet.grabber('web-2.prod').output),
  )

  // What is ordered after them is done after them.
  await deployedService()
  expect(await service.answers()).toEqual(before)
  const { events } = await fleet.tracker.call(listEvents, { query: { since: latest, limit: 1000 } })
  const installs = events.filter(
    ({ kind, service: name }) => kind === 'install.state' && name === service.name,
  )
  expect(installs).toEqual([])
})
