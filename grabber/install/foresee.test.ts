import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { currentLink, environmentFile, serviceDir } from '../../shared/host/layout.ts'
import { LoneHost } from '../../test/dev-env/lone-host.ts'
import { foresee } from './foresee.ts'

const megabyte = 1e6
const release = { digest: 'd'.repeat(64), size: megabyte, unpackedSize: 3 * megabyte, entries: 5 }
let host: LoneHost
beforeEach(async () => {
  host = await LoneHost.create()
})
afterEach(() => host[Symbol.asyncDispose]())

test('what was never here is pulled whole, and nothing is touched by the question', async () => {
  const { pulls, room, refusal } = await foresee(host.host, 'web', release)
  expect({ pulls, refusal }).toEqual({ pulls: megabyte, refusal: undefined })
  expect(room.services.needed).toBe(6 * megabyte + 65_536)
  expect(room.state.needed).toBe(65_536)
  expect(room.services.free).toBeGreaterThan(0)
  expect(existsSync(serviceDir(host.paths, 'web'))).toBe(false)
})

test('what lies here already is not pulled, and needs next to no room', async () => {
  const artifact = await host.artifact({ version: 'v1', command: 'sleep 300' })
  await host.install(artifact, { phase: 'stage' })
  const { pulls, room, refusal } = await foresee(host.host, 'web', artifact)
  expect({ pulls, needed: room.services.needed, refusal }).toEqual({
    pulls: 0,
    needed: 65_536,
    refusal: undefined,
  })
})

test('of what is still to be built nothing is said but how much room there is', async () => {
  expect(await foresee(host.host, 'web')).toEqual({
    room: { services: expect.anything() as object, state: expect.anything() as object },
  })
})

test('a release that is too large is refused in the words of the install', async () => {
  const { refusal } = await foresee(host.host, 'web', { ...release, unpackedSize: 1e15 })
  expect(refusal).toMatch(/^There is not enough room in .*: 2000000000\.0 MB are needed, .* MB are free\.$/)
})

test('a link that is not ours is refused', async () => {
  mkdirSync(serviceDir(host.paths, 'web'), { recursive: true })
  writeFileSync(currentLink(host.paths, 'web'), '')
  expect((await foresee(host.host, 'web', release)).refusal).toMatch(/current was not made by the grabber/)
})

test('of what lies here already, it is said who holds its port', async () => {
  const stranger = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => stranger.once('listening', resolve))
  const { port } = stranger.address() as AddressInfo
  try {
    const health = { http: { port, path: '/' } }
    const artifact = await host.artifact({ version: 'v1', command: 'sleep 300', health })
    await host.install(artifact, { phase: 'stage' })
    expect((await foresee(host.host, 'web', artifact)).refusal).toMatch(`Port ${port} of web is held by`)
  } finally {
    stranger.close()
  }
})

test('of what lies here already, it is said that its interpreter is no longer what it needs; and nothing is stopped for it', async () => {
  const old = await host.artifact({ version: 'v1', command: 'sleep 300' })
  await host.install(old)
  const bin = join(host.paths.state, 'bin')
  mkdirSync(bin)
  const upgradePython = (version: string): void =>
    writeFileSync(join(bin, 'python3'), `#!/bin/sh\necho Python ${version}\n`, { mode: 0o755 })
  upgradePython('3.11.2')
  mkdirSync(dirname(environmentFile(host.paths, 'web')), { recursive: true })
  writeFileSync(environmentFile(host.paths, 'web'), `PATH=${bin}:/usr/bin:/bin\n`)
  const manifest = { needs: { python: '3.11' } }
  const artifact = await host.artifact({ version: 'v2', command: 'sleep 300', manifest })
  expect((await host.install(artifact, { phase: 'stage' })).at(-1)).toBe('staged')
  expect((await foresee(host.host, 'web', artifact)).refusal).toBeUndefined()

  upgradePython('3.13.1')
  const told = /^web was built for Python 3\.11, and this host has python3 3\.13\.1\./
  expect((await foresee(host.host, 'web', artifact)).refusal).toMatch(told)
  expect(await host.install(artifact)).toEqual(['accepted', 'failed'])
  expect(host.lastEvent.error).toMatch(told)
  expect(host.supervisor.find('web')?.digest).toBe(old.digest)

  const another = await host.artifact({ version: 'v3', command: 'sleep 300', manifest })
  expect((await host.install(another, { phase: 'stage' })).slice(-2)).toEqual(['unpacking', 'failed'])
})
