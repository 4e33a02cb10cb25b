import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { currentLink, releaseDir, sharedDir, stagingDir } from '../../shared/host/layout.ts'
import { readCurrent } from '../../shared/host/release.ts'
import { LoneHost, type ServiceFiles } from '../../test/dev-env/lone-host.ts'
import { livingMarked } from '../supervisor/members.ts'

let host: LoneHost

beforeEach(async () => {
  host = await LoneHost.create()
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
})

const sleeper = (version: string, hooks: object = {}): ServiceFiles => ({
  version,
  command: 'sleep 300',
  hooks,
})
const runningRelease = (): string | undefined => host.supervisor.find('web')?.digest
const leftovers = (): number[] =>
  livingMarked({ name: 'APPTRACKER_HOOK_OF', value: sharedDir(host.paths, 'web') })
const note = 'echo "$APPTRACKER_VERSION $PWD" >>"$APPTRACKER_SHARED_DIR/notes"; echo'

test('each runs at its time, in its release, and what it says is told with the next state', async () => {
  const all = (version: string): ServiceFiles =>
    sleeper(version, {
      after_unpack: `${note} unpacked`,
      before_start: `${note} ready`,
      after_start: `${note} up`,
      before_stop: `${note} bye`,
    })
  const v1 = await host.artifact(all('v1'))
  const v2 = await host.artifact(all('v2'))
  await host.install(v1)
  await host.install(v2)
  const notes = readFileSync(join(sharedDir(host.paths, 'web'), 'notes'), 'utf8')
    .trim()
    .split('\n')
  const staged = join(stagingDir(host.paths, 'web'), v2.digest)
  const release = [v1, v2].map(({ digest }) => releaseDir(host.paths, 'web', digest))
  expect(notes.slice(3)).toEqual([`v2 ${staged}`, `v1 ${release[0]}`, `v2 ${release[1]}`, `v2 ${release[1]}`])
  const told = host.events.flatMap((event) =>
    event.seq === 2 && event.output ? [[event.state, event.output.at(-1)]] : [],
  )
  expect(told).toEqual([
    ['staged', 'unpacked'],
    ['switching', 'bye'],
    ['checking', 'up'],
  ])
})

test('after_unpack that fails leaves everything untouched, and its output says why', async () => {
  const v1 = await host.artifact(sleeper('v1'))
  await host.install(v1)
  const before = host.supervisor.find('web')
  const states = await host.install(
    await host.artifact(sleeper('v2', { after_unpack: 'echo no compiler >&2; exit 4' })),
  )
  expect(states.at(-1)).toBe('failed')
  expect(states).not.toContain('stopping')
  expect(host.lastEvent.error).toMatch(/hook after_unpack of web failed: it ended with exit code 4/)
  expect(host.lastEvent.output).toContain('no compiler')
  expect(host.supervisor.find('web')).toEqual(before)
  expect(existsSync(stagingDir(host.paths, 'web'))).toBe(false)
})

test.each(['before_start', 'after_start'])('%s that fails brings the old release back', async (name) => {
  const v1 = await host.artifact(sleeper('v1'))
  await host.install(v1)
  const states = await host.install(await host.artifact(sleeper('v2', { [name]: 'echo migration 7; false' })))
  expect(states.slice(-3)).toEqual(['starting', 'rolling-back', 'rolled-back'])
  expect(host.lastEvent).toMatchObject({
    error: expect.stringContaining(`hook ${name} of web failed`) as string,
    output: expect.arrayContaining(['migration 7']) as string[],
  })
  expect(runningRelease()).toBe(v1.digest)
  expect(await readCurrent(host.paths, 'web')).toBe(v1.digest)
})

test('before_stop that fails is told, and the old release is stopped all the same', async () => {
  await host.install(await host.artifact(sleeper('v1', { before_stop: 'echo still busy; exit 1' })))
  const v2 = await host.artifact(sleeper('v2'))
  expect((await host.install(v2)).at(-1)).toBe('committed')
  const told = host.events.find(({ seq, state }) => seq === 2 && state === 'switching')?.output
  expect(told).toEqual([
    expect.stringMatching(/hook before_stop of v1: it ended with exit code 1/),
    'still busy',
  ])
  expect(runningRelease()).toBe(v2.digest)
})

test('one that takes too long is killed whole', async () => {
  await host.install(await host.artifact(sleeper('v1')))
  const hook = { command: 'trap "" TERM; sleep 300 & setsid sleep 301 & sleep 302', timeout: '400ms' }
  await host.install(await host.artifact(sleeper('v2', { before_start: hook })))
  expect(host.lastEvent.error).toMatch(/took longer than 0.4 s/)
  expect(leftovers()).toEqual([])
})

test('one that leaves a daemon behind, its output still open, holds nothing up, and the daemon ends with it', async () => {
  const v1 = await host.artifact(
    sleeper('v1', { before_start: 'setsid sh -c "sleep 300; echo late" & sleep 301 & echo started' }),
  )
  expect((await host.install(v1)).at(-1)).toBe('committed')
  expect(leftovers()).toEqual([])
  expect(host.supervisor.members('web')).toEqual([host.supervisor.find('web')?.identity.pid])
})

test('one that writes without end is ended before it fills the disk', async () => {
  await host.install(await host.artifact(sleeper('v1', { after_unpack: 'exec yes' })))
  expect(host.lastEvent.error).toMatch(/wrote more than 4 MB/)
  expect(host.lastEvent.output?.length).toBeLessThanOrEqual(200)
  expect(existsSync(currentLink(host.paths, 'web'))).toBe(false)
})

test('a release’s own directories come first in its PATH, wherever it lies', async () => {
  const artifact = await host.artifact({
    version: 'v1',
    command: 'sleep 300',
    files: { 'tools/greet': '' },
    manifest: { searchPaths: { PATH: ['tools'] } },
    hooks: { before_start: 'cd / && ls "${PATH%%:*}" && echo "${PATH%%:*}"' },
  })
  await host.install(artifact)
  const output = host.events.flatMap((event) => event.output ?? [])
  expect(output.slice(1)).toEqual(['greet', join(releaseDir(host.paths, 'web', artifact.digest), 'tools')])
})
