import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { releaseDir, processFile } from '../../shared/host/layout.ts'
import { bootId, identify, isAlive, readStat } from '../../shared/host/process.ts'
import { LoneHost } from '../../test/dev-env/lone-host.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import type { Launch } from '../releases/launch.ts'

const limit = (): AbortSignal => AbortSignal.timeout(15_000)
let host: LoneHost

beforeEach(async () => {
  host = await LoneHost.create()
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
})

const launch = (command: string): Launch => {
  const directory = releaseDir(host.paths, 'web', 'a'.repeat(64))
  mkdirSync(directory, { recursive: true })
  return {
    service: 'web',
    digest: 'a'.repeat(64),
    version: 'v1',
    directory,
    environment: {
      PATH: process.env['PATH'] ?? '',
      APPTRACKER_SHARED_DIR: `${host.paths.root}/services/web/shared`,
    },
    config: { run: { command } } as Launch['config'],
  }
}

const lines = (): Promise<string[]> => host.supervisor.lastOutput('web')

describe('stop', () => {
  test('waits until a service that ends in its own time is gone', async () => {
    const { identity } = await host.supervisor.start(
      launch(`sh -c 'trap "sleep 0.3; echo bye; exit" TERM; echo up; while :; do sleep 0.05; done'`),
    )
    await eventually('up', async () => (await lines()).includes('up'))
    await host.supervisor.stop('web', { signal: 'SIGTERM', grace: 5000 }, limit())
    expect(isAlive(identity)).toBe(false)
    expect(host.supervisor.members('web')).toEqual([])
  })

  test('kills a service that ignores the signal, children and all, once its grace is over', async () => {
    await host.supervisor.start(
      launch(`sh -c 'trap "" TERM; sleep 301 & echo up; while :; do sleep 0.1; done'`),
    )
    await eventually('up', async () => (await lines()).includes('up'))
    const begun = Date.now()
    await host.supervisor.stop('web', { signal: 'SIGTERM', grace: 300 }, limit())
    expect(Date.now() - begun).toBeGreaterThanOrEqual(300)
    expect(host.supervisor.members('web')).toEqual([])
  })

  test('finds what forked away into a session of its own', async () => {
    await host.supervisor.start(launch(`sh -c 'setsid sleep 302 & echo up; wait'`))
    await eventually('the child', () => host.supervisor.members('web').length >= 2)
    const before = host.supervisor.members('web')
    await host.supervisor.stop('web', { signal: 'SIGTERM', grace: 1000 }, limit())
    for (const pid of before) expect(readStat(pid)?.state ?? 'Z').toBe('Z')
  })

  test('never signals a process that got the pid of an old record', async () => {
    const stranger = spawn('sleep', ['303'], { detached: true, stdio: 'ignore' })
    const identity = identify(stranger.pid!)!
    const record = {
      v: 1,
      identity: { bootId: bootId(), pid: stranger.pid, startTicks: 1 },
      digest: 'a'.repeat(64),
      startedAt: 1,
      logOffset: 0,
    }
    writeFileSync(processFile(host.paths, 'web'), JSON.stringify(record))
    expect(host.supervisor.find('web')).toBeUndefined()
    await host.supervisor.stop('web', { signal: 'SIGKILL', grace: 200 }, limit())
    expect(isAlive(identity)).toBe(true)
    stranger.kill('SIGKILL')
  })
})

test('a process whose record was lost is found by its environment', async () => {
  const { identity } = await host.supervisor.start(launch('sleep 304'))
  writeFileSync(processFile(host.paths, 'web'), 'half a rec')
  expect(host.supervisor.members('web')).toEqual([identity.pid])
})

test('only what was written since the start is told, stripped of controls', async () => {
  await host.supervisor.start(launch('echo old'))
  await eventually('old', async () => (await lines()).includes('old'))
  await host.supervisor.stop('web', { signal: 'SIGTERM', grace: 100 }, limit())
  await host.supervisor.start(launch(String.raw`printf '\033]52;c;eA==\007\033[1mnew\033[0m\r\n'`))
  await eventually('new', async () => (await lines()).length > 0)
  expect(await lines()).toEqual(['new'])
})
