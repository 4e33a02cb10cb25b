import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../../test/dev-env/free-port.ts'
import { LoneHost, type ServiceFiles } from '../../test/dev-env/lone-host.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { releasesDir } from '../../shared/host/layout.ts'
import { readCurrent } from '../../shared/host/release.ts'

/**
 * What users of other deployment systems complain of most, by number, as far as a host decides it; what a rollout decides is in
 * tracker/deploy/complaints.test.ts.
 */
let host: LoneHost
beforeEach(async () => {
  host = await LoneHost.create()
})
afterEach(() => host[Symbol.asyncDispose]())

const good = (version: string, more: Partial<ServiceFiles> = {}): ServiceFiles => ({
  version,
  command: 'sleep 300',
  ...more,
})
const releases = (service = 'web'): string[] => readdirSync(releasesDir(host.paths, service))
const runs = (service = 'web'): string | undefined => host.supervisor.find(service)?.digest

test('complaint 1, "cleanup deletes the last good release, because failures fill the slots": failures take no slot', async () => {
  const v1 = await host.artifact(good('v1', { keepReleases: 1 }))
  await host.install(v1)
  for (const version of ['v2', 'v3', 'v4']) {
    const bad = await host.artifact({ version, command: 'false', keepReleases: 1 })
    expect((await host.install(bad)).at(-1)).toBe('rolled-back')
  }
  expect(runs()).toBe(v1.digest)
  expect(await readCurrent(host.paths, 'web')).toBe(v1.digest)
  await eventually('the failed ones to be removed', () => releases().length <= 2)
  expect(releases()).toContain(v1.digest)
})

test('complaint 5, "apps on one host collide": a port held by another is named before anything is stopped', async () => {
  const port = await freePort()
  const server = (service: string, version: string): ServiceFiles => ({
    service,
    version,
    command: `python3 -m http.server ${port} --bind 127.0.0.1`,
    health: { http: { port }, deadline: '10s' },
  })
  await host.install(await host.artifact(server('api', 'v1')), { service: 'api' })
  const web = await host.artifact(good('v1'))
  await host.install(web)
  expect((await host.install(await host.artifact(server('web', 'v2')))).at(-1)).toBe('failed')
  expect(host.lastEvent.error).toContain(`Port ${port} of web is held by process`)
  expect(runs()).toBe(web.digest)
  expect(runs('api')).toBeDefined()
})

test('complaint 6, "a mutex for the whole host": one service is installed while another still waits to be healthy', async () => {
  const web = await host.artifact(good('v1', { health: { healthy_for: '1s' } }))
  const api = await host.artifact(good('v1', { service: 'api' }))
  const isCommitted = (name: string): boolean =>
    host.events.some(({ service, state }) => service === name && state === 'committed')
  host.installer.accept(host.sign(web, { seq: 1 }))
  host.installer.accept(host.sign(api, { seq: 1, service: 'api' }))
  await eventually('api committed', () => isCommitted('api'))
  expect(isCommitted('web')).toBe(false)
  await host.installer.settled()
})

test('complaint 9, "disk bloat": of one artifact there is one copy, and what does not fit is refused before it is fetched', async () => {
  const v1 = await host.artifact(good('v1'))
  for (let times = 0; times < 3; times++) await host.install(v1)
  expect(releases()).toEqual([v1.digest])
  const huge = { ...(await host.artifact(good('v2'))), unpackedSize: 2 ** 50 }
  expect((await host.install(huge)).at(-1)).toBe('failed')
  expect(host.requests).toEqual([v1.digest])
})

test('complaint 10, "artifacts are fetched again": what a host has, staged or run before, it does not ask for', async () => {
  const [v1, v2] = [await host.artifact(good('v1')), await host.artifact(good('v2'))]
  await host.install(v1)
  await host.install(v2, { phase: 'stage' })
  await host.install(v2)
  await host.install(v1)
  expect(runs()).toBe(v1.digest)
  expect(host.requests).toEqual([v1.digest, v2.digest])
})
