import { spawn } from 'node:child_process'
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { formatJournal, type JournalEntry } from '../../shared/host/journal.ts'
import {
  currentLink,
  journalFile,
  processFile,
  releaseDir,
  type HostPaths,
} from '../../shared/host/layout.ts'
import { identify } from '../../shared/host/process.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { gather } from './gather.ts'

const digest = 'a'.repeat(64)
const host = 'h0123456789ab'
const healthy = (): Promise<'healthy'> => Promise.resolve('healthy')
let directory: TemporaryDirectory
let paths: HostPaths

beforeEach(async () => {
  directory = await TemporaryDirectory.create()
  const top = realpathSync(directory.path)
  paths = { root: join(top, 'srv'), state: join(top, 'state') }
  for (const path of [
    releaseDir(paths, 'web', digest),
    join(paths.state, 'journal'),
    join(paths.state, 'process'),
  ])
    mkdirSync(path, { recursive: true })
})
afterEach(() => directory[Symbol.asyncDispose]())

const entry: JournalEntry = {
  order: { payload: 'eA==', keyId: '0'.repeat(16), signature: 'eA==' },
  host,
  seq: 3,
  deployId: 12,
  phase: 'activate',
  state: 'failed',
  changedAt: 1,
  next: { digest },
  attempts: 0,
  bootId: 'b',
  error: 'It did not start.',
}

test('a host without services has nothing to report', async () => {
  expect(await gather({ root: '/nonexistent', state: '/nonexistent' }, host, healthy)).toEqual([])
})

test('what runs is read from the process itself, and the last order from the journal', async () => {
  const cwd = releaseDir(paths, 'web', digest)
  symlinkSync(`releases/${digest}`, currentLink(paths, 'web'))
  const marker = { v: 1, digest, service: 'web', version: 'v2', commit: 'c'.repeat(40), installedAt: 1 }
  writeFileSync(join(cwd, '.release.json'), JSON.stringify(marker))
  const spawnedAt = Date.now()
  const child = spawn('sleep', ['300'], { cwd, stdio: 'ignore' })
  const record = { v: 1, identity: identify(child.pid!), digest: 'b'.repeat(64), startedAt: 1, logOffset: 0 }
  writeFileSync(processFile(paths, 'web'), JSON.stringify(record))
  writeFileSync(journalFile(paths, 'web'), formatJournal(entry))

  const [report] = await gather(paths, host, healthy)
  expect(report).toMatchObject({
    service: 'web',
    current: digest,
    version: 'v2',
    running: digest,
    pid: child.pid,
    health: 'healthy',
    order: { seq: 3, deployId: 12, state: 'failed', error: 'It did not start.' },
  })
  // The kernel's ticks and the time of its boot are rounded.
  expect(report?.since).toBeGreaterThan(spawnedAt - 1100)
  expect(report?.since).toBeLessThan(Date.now() + 1100)
})

test('a dead process, a foreign journal and a foreign link are not reported as ours', async () => {
  const record = {
    v: 1,
    identity: { bootId: 'another', pid: 1, startTicks: 1 },
    digest,
    startedAt: 1,
    logOffset: 0,
  }
  writeFileSync(processFile(paths, 'web'), JSON.stringify(record))
  writeFileSync(journalFile(paths, 'web'), formatJournal({ ...entry, host: 'hffffffffffff' }))
  symlinkSync('/etc', currentLink(paths, 'web'))
  expect(await gather(paths, host, () => Promise.resolve('unknown'))).toEqual([
    { service: 'web', health: 'unknown' },
  ])
})
