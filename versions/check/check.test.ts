import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { VersionCell, VersionRow, VersionsTable } from '../../shared/api/versions.ts'
import { fixtureToken, ScriptedTracker } from '../../test/fixtures/scripted-tracker.ts'

const now = 1_790_000_000_000
let directory: string
let tracker: ScriptedTracker

const cell = (sync: VersionCell['sync'], why?: string): VersionCell => ({
  service: 'web',
  sync,
  health: 'healthy',
  ...(why ? { why } : {}),
})

const row = (number: number, state: 'reporting' | 'silent', cells: VersionCell[]): VersionRow => ({
  host: {
    id: `h${String(number).padStart(12, '0')}`,
    name: `web-${number}.prod`,
    cluster: 'prod',
    labels: {},
    state,
    lastReportAt: now,
  },
  cells,
})

const tableOf = (...rows: VersionRow[]): VersionsTable => ({
  at: now,
  services: ['web'],
  rows,
  summary: {
    hosts: rows.length,
    silent: rows.filter(({ host }) => host.state === 'silent').length,
    outOfSync: rows.flatMap(({ cells }) => cells).filter(({ sync }) => sync === 'out-of-sync').length,
  },
  seq: 1,
})

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'apptracker-check-'))
  await build({
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    entryPoints: [new URL('main.ts', import.meta.url).pathname],
    outfile: join(directory, 'check.cjs'),
  })
  await writeFile(join(directory, 'token'), `${fixtureToken}\n`, { mode: 0o600 })
})
afterAll(async () => rm(directory, { recursive: true }))
beforeEach(async () => {
  tracker = await ScriptedTracker.start()
})
afterEach(async () => tracker.stop())

const run = (...args: string[]): Promise<{ code: number | null; lines: string[]; stderr: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(directory, 'check.cjs'), ...args])
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    child.on('close', (code) => resolve({ code, lines: stdout.trimEnd().split('\n'), stderr }))
  })

const check = (table: VersionsTable, ...args: string[]) => {
  tracker.answers.getVersions = () => table
  return run('--url', tracker.url, '--token-file', join(directory, 'token'), ...args)
}

describe('check_apptracker', () => {
  test('is OK when everything runs as it should', async () => {
    const { code, lines } = await check(tableOf(row(1, 'reporting', [cell('in-sync')])))
    expect(lines).toEqual([
      'APPTRACKER OK - 1 host in sync | out_of_sync=0;0;~:;0 silent=0;0;0;0 degraded=0;0;~:;0 hosts=1;;;0',
    ])
    expect(code).toBe(0)
  })

  test('warns of a service that is out of sync, and says why without a bar', async () => {
    const table = tableOf(
      row(1, 'reporting', [cell('in-sync')]),
      row(2, 'reporting', [cell('out-of-sync', 'runs v1 | should run v2')]),
    )
    const { code, lines } = await check(table)
    expect(lines[0]).toMatch(
      /^APPTRACKER WARNING - 1 service out of sync \(web on web-2\.prod\) \| out_of_sync=1;/,
    )
    expect(lines[1]).toBe('web-2.prod: web is out of sync: runs v1 / should run v2')
    expect(code).toBe(1)
  })

  test('is critical for silent hosts, and names them', async () => {
    const { code, lines } = await check(tableOf(row(1, 'silent', []), row(2, 'silent', [])))
    expect(lines[0]).toMatch(/^APPTRACKER CRITICAL - 2 hosts silent \(web-1\.prod, web-2\.prod\) \|/)
    expect(code).toBe(2)
  })

  test('warns of a service that runs the right release, but keeps ending', async () => {
    const restless = { ...cell('in-sync'), trouble: 'it was started again 3 times' }
    const { code, lines } = await check(tableOf(row(1, 'reporting', [restless])))
    expect(lines[0]).toMatch(
      /^APPTRACKER WARNING - 1 service degraded \(web on web-1\.prod\) \| .* degraded=1;0;~:;0 /,
    )
    expect(lines[1]).toBe('web-1.prod: web is degraded: it was started again 3 times')
    expect(code).toBe(1)
  })

  test('takes thresholds', async () => {
    const table = tableOf(row(1, 'silent', []), row(2, 'reporting', [cell('out-of-sync')]))
    const flags = ['--critical-silent', '5', '--warning-silent', '3', '--critical-out-of-sync', '0']
    expect((await check(table, ...flags)).code).toBe(2)
    expect((await check(table, ...flags.slice(0, 4), '--warning-out-of-sync', '1')).code).toBe(0)
  })

  test('asks only for the hosts that were chosen', async () => {
    await check(tableOf(row(1, 'reporting', [])), '-C', 'prod', '-H', '^web', '-l', 'os=debian', '-s', 'web')
    expect(tracker.calls[0]?.call.query).toMatchObject({
      cluster: ['prod'],
      pattern: '^web',
      label: ['os=debian'],
      service: 'web',
    })
  })

  test('is UNKNOWN when no host matches', async () => {
    expect((await check(tableOf())).code).toBe(3)
  })

  test('is UNKNOWN, in one line on standard output, when the tracker is away', async () => {
    await tracker.stop()
    const { code, lines, stderr } = await check(tableOf())
    expect(lines[0]).toMatch(/^APPTRACKER UNKNOWN - The tracker at http:\S+ cannot be reached/)
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
  })

  test('is UNKNOWN when the tracker does not answer in time', async () => {
    tracker.answers.getVersions = () => new Promise(() => undefined)
    const { code, lines } = await run(
      ...['--url', tracker.url, '--token-file', join(directory, 'token'), '--timeout', '200ms'],
    )
    expect(lines[0]).toMatch(/UNKNOWN - .*cannot be reached/)
    expect(code).toBe(3)
  })

  test('is UNKNOWN for a wrong token, and for a token file that everyone can read', async () => {
    const wrong = join(directory, 'wrong')
    await writeFile(wrong, 'at_wrong', { mode: 0o600 })
    expect(await run('--url', tracker.url, '--token-file', wrong)).toMatchObject({ code: 3 })
    await chmod(wrong, 0o644)
    const open = await run('--url', tracker.url, '--token-file', wrong)
    expect(open.lines[0]).toMatch(/is open to everyone/)
    expect(open.code).toBe(3)
  })

  test.each([
    ['a flag that is not known', ['--critical-silence', '1'], /unknown option/],
    ['a range that is none', ['--critical-silent', '5:1'], /'5:1' is not a range/],
    ['a cluster that cannot be', ['-C', 'A B'], /cluster/],
    ['a timeout that is none', ['-t', 'soon'], /duration/],
  ])('is UNKNOWN for %s', async (_, args, reason) => {
    const { code, lines, stderr } = await check(tableOf(), ...args)
    expect(lines[0]).toMatch(/^APPTRACKER UNKNOWN - /)
    expect(lines[0]).toMatch(reason)
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
  })
})
