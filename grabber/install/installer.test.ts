import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  mkdirSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../test/dev-env/free-port.ts'
import { LoneHost, type ServiceFiles } from '../../test/dev-env/lone-host.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import {
  currentLink,
  environmentFile,
  journalFile,
  processFile,
  releaseDir,
  releasesDir,
  serviceDir,
  stagingDir,
} from '../../shared/host/layout.ts'
import { isAlive } from '../../shared/host/process.ts'
import { readCurrent, readMarker } from '../../shared/host/release.ts'
import { parseJournal, formatJournal } from '../../shared/host/journal.ts'

let host: LoneHost

beforeEach(async () => {
  host = await LoneHost.create()
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
})

const sleeper = (version: string, more: Partial<ServiceFiles> = {}): ServiceFiles => ({
  version,
  command: 'sleep 300',
  ...more,
})
const broken = (version: string): ServiceFiles => ({
  version,
  command: 'sh -c \'echo starting; printf "\\033[31mcannot find the database\\n"; exit 3\'',
})
const served = (version: string, port: number): ServiceFiles => ({
  version,
  command: `python3 -m http.server ${port} --bind 127.0.0.1`,
  health: { http: { port } },
})

const runningRelease = (service = 'web'): string | undefined => host.supervisor.find(service)?.digest
const releases = (): string[] => readdirSync(releasesDir(host.paths, 'web'))

describe('an install', () => {
  test('goes through its states, and what runs is the new release', async () => {
    const v1 = await host.artifact(sleeper('v1', { files: { 'a/b.txt': 'hello' } }))
    expect(await host.install(v1)).toEqual([
      'accepted',
      'fetching',
      'verifying',
      'unpacking',
      'staged',
      'stopping',
      'switching',
      'starting',
      'checking',
      'committed',
    ])
    expect(await readCurrent(host.paths, 'web')).toBe(v1.digest)
    expect(runningRelease()).toBe(v1.digest)
    expect((await readMarker(host.paths, 'web', v1.digest))?.provenHealthyAt).toBeTypeOf('number')
    const file = join(releaseDir(host.paths, 'web', v1.digest), 'a/b.txt')
    expect(readFileSync(file, 'utf8')).toBe('hello')
    expect(statSync(file).mode & 0o222).toBe(0)
    expect(existsSync(stagingDir(host.paths, 'web'))).toBe(false)
  })

  test('of a service that was staged before stops and starts, and fetches nothing again', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    expect((await host.install(v1, { phase: 'stage' })).at(-1)).toBe('staged')
    expect(runningRelease()).toBeUndefined()
    expect(await host.install(v1)).toEqual([
      'accepted',
      'stopping',
      'switching',
      'starting',
      'checking',
      'committed',
    ])
    expect(host.requests).toHaveLength(1)
  })

  test('of what runs already is skipped, and the process stays', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    await host.install(v1)
    const before = host.supervisor.find('web')
    expect(await host.install(v1)).toEqual(['skipped'])
    expect(host.supervisor.find('web')).toEqual(before)
  })

  test('is committed once it was healthy for as long as asked', async () => {
    const v1 = await host.artifact(sleeper('v1', { health: { healthy_for: '1s' } }))
    const begun = performance.now()
    await host.install(v1)
    expect(performance.now() - begun).toBeGreaterThan(1000)
    expect(host.lastEvent.state).toBe('committed')
  })

  test('gives the service its environment and the settings of this host, and nothing of the grabber', async () => {
    process.env['GRABBER_SECRET'] = 'x'
    writeFileSync(environmentFile(host.paths, 'web'), '# local\nCOLOUR=blue\n')
    await host.install(await host.artifact({ version: 'v1', command: "sh -c 'env; exec sleep 300'" }))
    const output = await host.supervisor.lastOutput('web', (text) => text)
    expect(output).toContain('COLOUR=blue')
    expect(output).toContain('APPTRACKER_VERSION=v1')
    expect(output.join('\n')).not.toContain('GRABBER_SECRET')
  })

  test('keeps as many proven releases as asked for, current and previous among them', async () => {
    for (const version of ['v1', 'v2', 'v3', 'v4'])
      await host.install(await host.artifact(sleeper(version, { keepReleases: 2 })))
    await eventually('old releases removed', () => releases().length === 2)
    expect(releases()).toContain(await readCurrent(host.paths, 'web'))
  })
})

describe('an order', () => {
  test('signed by somebody else changes nothing', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    const signed = host.sign(v1)
    host.installer.accept({ ...signed, signature: Buffer.alloc(64).toString('base64') })
    await host.installer.settled()
    expect(host.events).toEqual([])
    expect(existsSync(journalFile(host.paths, 'web'))).toBe(false)
  })

  test('for another host changes nothing', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    host.installer.accept(host.sign(v1, { host: 'hffffffffffff' }))
    await host.installer.settled()
    expect(host.events).toEqual([])
  })

  test('that comes again, or is older than the last, changes nothing', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    const v2 = await host.artifact(sleeper('v2'))
    const old = host.sign(v2)
    await host.install(v1)
    const told = host.events.length
    host.installer.accept(old)
    host.installer.accept(host.sign(v2, { seq: host.lastSeq - 1 }))
    await host.installer.settled()
    expect(host.events).toHaveLength(told)
    expect(runningRelease()).toBe(v1.digest)
  })

  test('that expired is told to be so once a fresh one is late, too; in time it is accepted after all', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    const late = { seq: 7, expiresAt: Date.now() - 1 }
    host.installer.accept(host.sign(v1, late))
    await host.installer.settled()
    expect(host.events).toEqual([])
    host.installer.accept(host.sign(v1, late))
    await host.installer.settled()
    expect(host.lastEvent).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('clock') as string,
    })
    host.events.length = 0
    expect((await host.install(v1, { seq: 7 })).at(-1)).toBe('committed')
  })

  test('that is newer ends a download under way, and wins', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    host.stalled.add(v1.digest)
    host.installer.accept(host.sign(v1))
    await eventually('fetching', () => host.statesOf().includes('fetching'))
    const v2 = await host.artifact(sleeper('v2'))
    expect((await host.install(v2)).at(-1)).toBe('committed')
    expect(host.endOf(1)?.error).toMatch(/Order 1 was given up for the newer order 2/)
    expect(runningRelease()).toBe(v2.digest)
  })
})

describe('a failure before anything was stopped', () => {
  const refusedAs = (message: RegExp): void => {
    expect(host.lastEvent).toMatchObject({ state: 'failed', error: expect.stringMatching(message) as string })
    expect(existsSync(stagingDir(host.paths, 'web'))).toBe(false)
  }

  test.each([
    ['an artifact with other bytes', /has the SHA-256/],
    ['an artifact that is no longer there', /the store answered 404/],
    ['more bytes than were signed', /more than the \d+ bytes/],
  ])('%s leaves what runs untouched', async (kind, message) => {
    const v1 = await host.artifact(sleeper('v1'))
    await host.install(v1)
    const before = host.supervisor.find('web')
    const v2 = await host.artifact(sleeper('v2'))
    const bytes = host.artifacts.get(v2.digest)!
    if (kind.includes('no longer')) host.artifacts.delete(v2.digest)
    else if (kind.includes('other')) host.artifacts.set(v2.digest, Buffer.alloc(bytes.length))
    else host.artifacts.set(v2.digest, Buffer.concat([bytes, bytes]))
    await host.install(v2)
    refusedAs(message)
    expect(host.supervisor.find('web')).toEqual(before)
    expect(await readCurrent(host.paths, 'web')).toBe(v1.digest)
  })

  test('an artifact of another service is refused', async () => {
    await host.install(await host.artifact({ ...sleeper('v1'), service: 'api' }))
    refusedAs(/is one of service api, not of web/)
  })

  test('a directory in the place of current is refused and left alone', async () => {
    mkdirSync(join(serviceDir(host.paths, 'web'), 'current', 'precious'), { recursive: true })
    await host.install(await host.artifact(sleeper('v1')))
    refusedAs(/current was not made by the grabber/)
    expect(existsSync(join(currentLink(host.paths, 'web'), 'precious'))).toBe(true)
  })

  test('a link of somebody else in the place of current is refused and left alone', async () => {
    mkdirSync(serviceDir(host.paths, 'web'), { recursive: true })
    symlinkSync('/tmp', currentLink(host.paths, 'web'))
    await host.install(await host.artifact(sleeper('v1')))
    refusedAs(/current was not made by the grabber/)
  })

  test('a release larger than the disk is refused before a byte is fetched', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    await host.install({ ...v1, unpackedSize: 2 ** 50 })
    refusedAs(/not enough room/)
    expect(host.requests).toEqual([])
  })

  test('a port held by a stranger is named with its process', async () => {
    const port = await freePort()
    const stranger = createServer().listen(port, '127.0.0.1')
    await host.install(await host.artifact(served('v1', port)))
    refusedAs(new RegExp(`Port ${port} of web is held by process ${process.pid} `))
    stranger.close()
  })

  test('a loader variable in the settings of this host is refused', async () => {
    writeFileSync(environmentFile(host.paths, 'web'), 'A=1\nLD_PRELOAD=/tmp/x.so\n')
    await host.install(await host.artifact(sleeper('v1')))
    refusedAs(/Line 2 of .*LD_PRELOAD/)
  })
})

describe('a release that does not work', () => {
  test('is rolled back: the last good one runs again, and its last words are told', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    await host.install(v1)
    const states = await host.install(await host.artifact(broken('v2')))
    expect(states.slice(-3)).toEqual(['checking', 'rolling-back', 'rolled-back'])
    expect(await readCurrent(host.paths, 'web')).toBe(v1.digest)
    expect(runningRelease()).toBe(v1.digest)
    expect(host.lastEvent.error).toMatch(/ended by itself \(exit code 3\)/)
    expect(host.lastEvent.output).toEqual(['starting', 'cannot find the database'])
    await eventually('the broken release removed', () => releases().length === 1)
  })

  test('at the first install leaves nothing running and no current', async () => {
    const states = await host.install(await host.artifact(broken('v1')))
    expect(states.slice(-2)).toEqual(['rolling-back', 'failed'])
    expect(await readCurrent(host.paths, 'web')).toBeUndefined()
    expect(host.supervisor.members('web')).toEqual([])
  })

  test('is one that never answers, when its deadline has passed', async () => {
    const port = await freePort()
    const v1 = await host.artifact(served('v1', port))
    await host.install(v1)
    const deaf = await host.artifact({
      ...sleeper('v2'),
      health: { http: { port }, deadline: '500ms' },
    })
    expect((await host.install(deaf)).at(-1)).toBe('rolled-back')
    expect(host.lastEvent.error).toMatch(/not healthy within 500 ms: .*nothing listens there yet/)
    expect(runningRelease()).toBe(v1.digest)
  })

  test('fails for good when the last good one does not work any more either', async () => {
    writeFileSync(environmentFile(host.paths, 'web'), 'LIVE=yes\n')
    const v1 = await host.artifact({
      version: 'v1',
      command: 'sh -c \'test "$LIVE" = yes && exec sleep 300\'',
    })
    await host.install(v1)
    writeFileSync(environmentFile(host.paths, 'web'), 'LIVE=no\n')
    await host.install(await host.artifact(broken('v2')))
    expect(host.lastEvent.state).toBe('failed')
    expect(host.lastEvent.error).toMatch(/exit code 3.*Going back failed too/)
    expect(await readCurrent(host.paths, 'web')).toBe(v1.digest)
  })
})

describe('a grabber that is started again', () => {
  test('goes on in the middle of a health window, with the same process', async () => {
    const v1 = await host.artifact(sleeper('v1', { health: { healthy_for: '600ms' } }))
    host.installer.accept(host.sign(v1))
    await eventually('checking', () => host.statesOf().includes('checking'))
    await host.stopGrabber()
    const before = host.supervisor.find('web')
    expect(before).toBeDefined()
    await host.restartGrabber()
    expect(host.lastEvent.state).toBe('committed')
    expect(host.supervisor.find('web')).toEqual(before)
  })

  test('takes a process over that had just been started', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    await host.install(v1)
    const before = host.supervisor.find('web')
    const path = journalFile(host.paths, 'web')
    writeFileSync(path, formatJournal({ ...parseJournal(readFileSync(path, 'utf8')), state: 'starting' }))
    await host.restartGrabber()
    expect(host.lastEvent.state).toBe('committed')
    expect(host.supervisor.find('web')).toEqual(before)
  })

  test('ends a process that was started but not written down, before it starts another', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    await host.install(v1)
    const stray = host.supervisor.find('web')!.identity
    rmSync(processFile(host.paths, 'web'))
    const path = journalFile(host.paths, 'web')
    writeFileSync(path, formatJournal({ ...parseJournal(readFileSync(path, 'utf8')), state: 'starting' }))
    await host.restartGrabber()
    expect(isAlive(stray)).toBe(false)
    expect(host.supervisor.members('web')).toEqual([host.supervisor.find('web')?.identity.pid])
  })

  test('starts current again after a reboot', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    await host.install(v1)
    await host.supervisor.stop('web', { signal: 'SIGKILL', grace: 1000 }, AbortSignal.timeout(5000))
    const record = {
      v: 1,
      identity: { bootId: 'another', pid: process.pid, startTicks: 1 },
      digest: v1.digest,
      startedAt: 1,
      logOffset: 0,
    }
    writeFileSync(processFile(host.paths, 'web'), JSON.stringify(record))
    await host.restartGrabber()
    expect(runningRelease()).toBe(v1.digest)
  })

  test('puts a journal aside that was damaged, and touches nothing', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    await host.install(v1)
    const before = host.supervisor.find('web')
    const path = journalFile(host.paths, 'web')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"seq": 1', '"seq": 2'))
    await host.restartGrabber()
    expect(existsSync(path)).toBe(false)
    expect(readdirSync(join(path, '..')).some((name) => name.includes('unreadable'))).toBe(true)
    expect(host.supervisor.find('web')).toEqual(before)
  })

  test('gives up an order that was interrupted again and again', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    await host.install(v1)
    await host.install(await host.artifact(sleeper('v2')))
    const path = journalFile(host.paths, 'web')
    const entry = parseJournal(readFileSync(path, 'utf8'))
    writeFileSync(path, formatJournal({ ...entry, state: 'starting', attempts: 5 }))
    await host.restartGrabber()
    expect(host.lastEvent.state).toBe('rolled-back')
    expect(runningRelease()).toBe(v1.digest)
  })

  test('leaves current alone when somebody else changed it meanwhile', async () => {
    const v1 = await host.artifact(sleeper('v1'))
    const v2 = await host.artifact(sleeper('v2'))
    const v3 = await host.artifact(sleeper('v3'))
    for (const version of [v3, v1, v2]) await host.install(version)
    const path = journalFile(host.paths, 'web')
    const entry = parseJournal(readFileSync(path, 'utf8'))
    writeFileSync(path, formatJournal({ ...entry, state: 'switching' }))
    rmSync(currentLink(host.paths, 'web'))
    symlinkSync(`releases/${v3.digest}`, currentLink(host.paths, 'web'))
    await host.restartGrabber()
    expect(host.lastEvent).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('was changed outside the grabber') as string,
    })
    expect(await readCurrent(host.paths, 'web')).toBe(v3.digest)
  })
})
