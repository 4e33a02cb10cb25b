import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NatsBus } from '../shared/adapters/nats-bus.ts'
import type { ArtifactRef } from '../shared/domain/artifact.ts'
import { identityFile } from '../shared/host/layout.ts'
import { readCurrent } from '../shared/host/release.ts'
import { createLogger } from '../shared/log.ts'
import { artifactUrlCall } from '../shared/messages/artifact-url.ts'
import { assignmentsCall, lookNowMessage } from '../shared/messages/assignments.ts'
import { hostEventsCall, type HostEvent } from '../shared/messages/host-events.ts'
import { orderMessage, type SignedOrder } from '../shared/messages/order.ts'
import { versionReportCall, type ServiceReport } from '../shared/messages/version-report.ts'
import { encodePublicKey } from '../shared/signing/keys.ts'
import { environment, run } from '../test/dev-env/bundles.ts'
import { hostId, LoneHost, type ServiceFiles } from '../test/dev-env/lone-host.ts'
import { Nats } from '../test/dev-env/nats.ts'
import { Owned } from '../test/dev-env/owned.ts'
import { eventually } from '../test/dev-env/poll.ts'
import { Program } from '../test/dev-env/program.ts'
import { TemporaryDirectory } from '../test/dev-env/temporary-directory.ts'
import { writeIdentity } from './identity.ts'

const owned = new Owned()
let bundle: string
let nats: Nats
let host: LoneHost
let bus: NatsBus
let grabber: Program

/** What the tracker's side of the wire knows. */
const heard = { events: [] as HostEvent[], reports: [] as ServiceReport[][] }
let assigned: SignedOrder | undefined

beforeAll(async () => {
  const directory = owned.add(await TemporaryDirectory.create())
  bundle = join(directory.path, 'grabber.cjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifySyntax: true,
  })
  nats = owned.add(await Nats.start([hostId, 'tracker']))
  host = owned.add(await LoneHost.create())
  await writeIdentity(host.paths.state, {
    id: hostId,
    name: 'web-1.prod',
    cluster: 'prod',
    natsUrl: nats.url,
    orderKey: encodePublicKey(host.host.orderKey),
    seed: nats.user(hostId).seed,
    root: host.paths.root,
    allowRoot: true,
  })
  bus = owned.add(
    await NatsBus.connect({ url: nats.url, ...nats.user('tracker'), log: createLogger('test', 'silent') }),
  )
  bus.serve(hostEventsCall, ({ events }) => {
    heard.events.push(...events)
    return { v: 1 as const }
  })
  bus.serve(versionReportCall, ({ services }) => {
    heard.reports.push(services)
    return { v: 1 as const }
  })
  bus.serve(assignmentsCall, () => ({ v: 1 as const, orders: assigned ? [assigned] : [] }))
  bus.serve(artifactUrlCall, ({ digest }) => ({ v: 1 as const, url: host.urlOf(digest) }))
  grabber = owned.add(await startGrabber())
}, 60_000)

afterAll(() => owned[Symbol.asyncDispose](), 30_000)

const startGrabber = (): Promise<Program> =>
  Program.start({
    name: 'grabber',
    command: process.execPath,
    args: [bundle, 'run', '--state', host.paths.state],
    env: environment,
    ready: /^Ready: web-1\.prod in cluster prod$/m,
  })

const sleeper = (version: string, more: Partial<ServiceFiles> = {}): Promise<ArtifactRef> =>
  host.artifact({ version, command: 'sleep 300', ...more })

const assign = (artifact: ArtifactRef): SignedOrder => (assigned = host.sign(artifact))
const order = (artifact: ArtifactRef): void => {
  bus.publish(orderMessage, { host: hostId }, assign(artifact))
}

const reported = (artifact: ArtifactRef): Promise<ServiceReport> =>
  eventually(`a report of ${artifact.version}`, () => {
    const report = heard.reports.at(-1)?.find(({ service }) => service === 'web')
    return report?.running === artifact.digest && report.order?.state === 'committed' ? report : undefined
  })

/** When a process started is known by the kernel's ticks and the time of its boot. */
const startPrecisionMs = 1100

const residentMegabytes = (): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${grabber.pid}/status`, 'utf8'))?.[1]) / 1024

describe('the grabber', () => {
  test('carries out an order, and reports the release that runs', async () => {
    const v1 = await sleeper('v1', { health: { healthy_for: '1s' } })
    const begun = Date.now()
    order(v1)
    const report = await reported(v1)
    expect(report).toMatchObject({ service: 'web', current: v1.digest, version: 'v1', health: 'healthy' })
    expect(report.since).toBeGreaterThan(begun - startPrecisionMs)
    expect(report.since).toBeLessThan(Date.now() + startPrecisionMs)
    expect(heard.events.map(({ state }) => state).at(-1)).toBe('committed')
  })

  test('finds an order that it never heard, when told to look', async () => {
    const v2 = await sleeper('v2')
    assign(v2)
    bus.publish(lookNowMessage, { cluster: 'prod' }, { v: 1 })
    await reported(v2)
  })

  test('is one at a time on its state directory', async () => {
    const second = await run(bundle, ['run', '--state', host.paths.state])
    expect(second.code).toBe(7)
    expect(second.stderr).toContain(`Another grabber (process ${grabber.pid}) is at work`)
  })

  test('ends on SIGTERM while its service lives on, and finds it again', async () => {
    const before = host.supervisor.find('web')
    await grabber.stop()
    expect(host.supervisor.find('web')).toEqual(before)
    const count = heard.reports.length
    grabber = owned.add(await startGrabber())
    await eventually('a report', () => heard.reports.length > count)
    expect(heard.reports.at(-1)?.[0]?.pid).toBe(before?.identity.pid)
  })

  test('delivers what happened while NATS was away', async () => {
    const v3 = await sleeper('v3', { health: { healthy_for: '1s' } })
    order(v3)
    await eventually('checking', () =>
      heard.events.find(({ state, seq }) => seq === host.lastSeq && state === 'checking'),
    )
    await nats.restart()
    await reported(v3)
    await eventually('committed', () =>
      heard.events.find(({ state, seq }) => seq === host.lastSeq && state === 'committed'),
    )
  })

  test.each([5, 20, 35, 50, 65, 80, 100, 120, 150, 200, 280])(
    'killed %i ms into an install, and started again, ends in the new release, running once',
    async (ms) => {
      const next = await sleeper(`killed-at-${ms}`, { health: { healthy_for: '150ms' } })
      order(next)
      await delay(ms)
      await grabber.stop('SIGKILL')
      grabber = owned.add(await startGrabber())
      await reported(next)
      expect(await readCurrent(host.paths, 'web')).toBe(next.digest)
      expect(host.supervisor.members('web')).toEqual([host.supervisor.find('web')?.identity.pid])
    },
  )

  test('is small right after an install, before memory is given back', () => {
    expect(residentMegabytes()).toBeLessThan(80)
  })
})

describe('enrolling', () => {
  const enrol = async (
    respond: object,
    status: number,
  ): Promise<Awaited<ReturnType<typeof run>> & { state: string }> => {
    const directory = owned.add(await TemporaryDirectory.create())
    const api = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(respond))
    }).listen(0, '127.0.0.1')
    await once(api, 'listening')
    const state = join(directory.path, 'state')
    const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
    const flags = ['--token', 't', '--root', join(directory.path, 'srv'), '--state', state]
    const ran = await run(bundle, ['enroll', '--tracker', url, ...flags])
    api.close()
    return { ...ran, state }
  }
  const identity = { id: hostId, name: 'web-1.prod', cluster: 'prod', natsUrl: 'nats://x', orderKey: 'eA==' }

  test('keeps the identity where only its owner can read it', async () => {
    const { code, stdout, state } = await enrol(identity, 201)
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('cluster prod') as string,
    })
    expect(statSync(identityFile(state)).mode & 0o777).toBe(0o600)
    expect(readFileSync(identityFile(state), 'utf8')).toMatch(/"seed": "SU/)
  })

  test('says so in one sentence when the token is not good', async () => {
    const { code, stderr } = await enrol({ code: 'unauthenticated', message: 'This token is used up.' }, 401)
    expect({ code, stderr }).toEqual({ code: 4, stderr: 'error: This token is used up.' })
  })

  test('has to come before running', async () => {
    const { code, stderr } = await run(bundle, ['run', '--state', '/nonexistent/state'])
    expect(code).toBe(1)
    expect(stderr).toContain('This host is not enrolled')
  })
})
