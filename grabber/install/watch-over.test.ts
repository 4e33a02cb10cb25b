import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatJournal, parseJournal } from '../../shared/host/journal.ts'
import { journalFile, processFile } from '../../shared/host/layout.ts'
import { readCurrent, readMarker } from '../../shared/host/release.ts'
import { LoneHost, type ServiceFiles } from '../../test/dev-env/lone-host.ts'
import { eventually } from '../../test/dev-env/poll.ts'

let host: LoneHost

beforeEach(async () => {
  host = await LoneHost.create()
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
})

const steady = (version: string): ServiceFiles => ({ version, command: 'sleep 300' })
/** Dies when it is told to, and once for each time. */
const mortal = (version: string, watch = '30s'): ServiceFiles => ({
  version,
  command: `sh -c 'echo at work; until rm ${fate()} 2>/dev/null; do sleep 0.05; done; echo out of memory; exit 7'`,
  health: { healthy_for: '200ms', watch_for: watch },
})
const fate = (): string => join(host.paths.state, 'fate')
const die = (): void => writeFileSync(fate(), '')
const states = (seq: number): string[] => host.statesOf(seq).slice(-3)
const runningRelease = (): string | undefined => host.supervisor.find('web')?.digest
const journal = () => parseJournal(readFileSync(journalFile(host.paths, 'web'), 'utf8'))

const rolledBack = (seq: number): Promise<boolean> =>
  eventually('the rollback', () => host.statesOf(seq).includes('rolled-back'))

describe('a committed release that dies while it is watched', () => {
  test('goes back to the last good one, with its last words, and no longer counts as good', async () => {
    const v1 = await host.artifact(steady('v1'))
    await host.install(v1)
    const v2 = await host.artifact(mortal('v2'))
    await host.install(v2)
    die()
    await rolledBack(2)
    expect(states(2)).toEqual(['committed', 'rolling-back', 'rolled-back'])
    expect(host.lastEvent.error).toMatch(
      /web ended by itself \(exit code 7\) \d\.\d s after it was committed/,
    )
    expect(host.lastEvent.output).toContain('out of memory')
    expect(await readCurrent(host.paths, 'web')).toBe(v1.digest)
    expect(runningRelease()).toBe(v1.digest)
    expect((await readMarker(host.paths, 'web', v2.digest))?.provenHealthyAt).toBeUndefined()
  })

  test('goes back also when the grabber was away as it died', async () => {
    const v1 = await host.artifact(steady('v1'))
    await host.install(v1)
    await host.install(await host.artifact(mortal('v2')))
    await host.stopGrabber()
    die()
    await eventually('its death', () => host.supervisor.status('web').restarts > 0)
    await host.restartGrabber()
    await rolledBack(2)
    expect(runningRelease()).toBe(v1.digest)
  })

  test('is watched on when it is ordered again meanwhile', async () => {
    const v1 = await host.artifact(steady('v1'))
    await host.install(v1)
    const v2 = await host.artifact(mortal('v2'))
    await host.install(v2)
    expect(await host.install(v2)).toEqual(['skipped'])
    die()
    await rolledBack(3)
    expect(runningRelease()).toBe(v1.digest)
  })

  test('is left to its supervisor when there is none to go back to', async () => {
    const v1 = await host.artifact(mortal('v1'))
    await host.install(v1)
    die()
    await eventually('a restart', () => host.supervisor.status('web').restarts > 0 && runningRelease())
    expect(states(1).at(-1)).toBe('committed')
    expect(await readCurrent(host.paths, 'web')).toBe(v1.digest)
  })

  test('does so no more once its watch is over', async () => {
    await host.install(await host.artifact(steady('v1')))
    const v2 = await host.artifact(mortal('v2', '100ms'))
    await host.install(v2)
    await eventually('its watch to be over', () => Date.now() > journal().watch!.until)
    die()
    await eventually('a restart', () => host.supervisor.status('web').restarts > 0 && runningRelease())
    expect(states(2).at(-1)).toBe('committed')
    expect(runningRelease()).toBe(v2.digest)
  })
})

test('a reboot ends what is watched, which says nothing about it: it is started and watched again', async () => {
  const v1 = await host.artifact(steady('v1'))
  await host.install(v1)
  const v2 = await host.artifact({ ...steady('v2'), health: { watch_for: '30s' } })
  await host.install(v2)
  await host.stopGrabber()
  const entry = journal()
  const record = readFileSync(processFile(host.paths, 'web'), 'utf8')
  await host.supervisor.stop('web', { signal: 'SIGKILL', grace: 1000 }, AbortSignal.timeout(5000))
  const boot = entry.watch!.process.bootId
  writeFileSync(processFile(host.paths, 'web'), record.replace(boot, 'the-boot-before'))
  writeFileSync(
    journalFile(host.paths, 'web'),
    formatJournal({
      ...entry,
      watch: { ...entry.watch!, process: { ...entry.watch!.process, bootId: 'the-boot-before' } },
    }),
  )
  await host.restartGrabber()
  expect(runningRelease()).toBe(v2.digest)
  expect(journal().watch?.process).toEqual(host.supervisor.find('web')?.identity)
  expect(host.lastEvent.state).toBe('committed')
})

test('what nobody started in this boot is started, as after a way back that failed halfway', async () => {
  const v1 = await host.artifact(steady('v1'))
  await host.install(v1)
  await host.stopGrabber()
  await host.supervisor.stop('web', { signal: 'SIGKILL', grace: 1000 }, AbortSignal.timeout(5000))
  await host.restartGrabber()
  expect(runningRelease()).toBe(v1.digest)
})
