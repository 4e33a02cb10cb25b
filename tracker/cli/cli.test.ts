import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bundleCli, runCli, startCli, startProgram } from '../../test/fixtures/cli-bundle.ts'
import {
  deployEvent,
  exampleDeploy,
  exampleTarget,
  installEvent,
} from '../../test/fixtures/example-deploy.ts'
import { exampleMade } from '../../test/fixtures/build-record.ts'
import { examplePlan, examplePlanHost } from '../../test/fixtures/example-plan.ts'
import { fixtureToken, refusal, ScriptedTracker } from '../../test/fixtures/scripted-tracker.ts'
import type { NumberedLine } from '../../shared/api/build-records.ts'
import type { BuildView } from '../../shared/api/builds.ts'
import type { DeployDetail } from '../../shared/api/deploys.ts'
import type { FailureGroup } from '../../shared/domain/failures/failure-group.ts'
import { eventually } from '../../test/dev-env/poll.ts'

let cli: string
let tracker: ScriptedTracker

beforeAll(async () => {
  cli = await bundleCli()
})
afterAll(async () => rm(dirname(cli), { recursive: true }))
beforeEach(async () => {
  tracker = await ScriptedTracker.start()
})
afterEach(async () => tracker.stop())

const run = (...args: string[]) => runCli(cli, args, { url: tracker.url })

describe('bad input ends with one sentence and the right exit code', () => {
  test.each([
    [
      'a command that is not there',
      ['deplo', 'web'],
      2,
      /unknown command 'deplo'\n\(Did you mean deploy\?\)/,
    ],
    ['a setting without a name', ['env', 'set', 'web', 'hush'], 2, /^(?![^]*hush)error: What is to be set/],
    ['a setting of two scopes', ['env', 'set', 'web', 'A=hush', '-c', 'a', '-H', 'b'], 2, /contradict/],
    [
      'a setting that loads code',
      ['env', 'set', 'web', 'LD_PRELOAD=hush'],
      2,
      /^(?![^]*hush)error: LD_PRELOAD/,
    ],
    [
      'a flag that is not there',
      ['deploy', 'web', '--detch'],
      2,
      /unknown option '--detch'\n\(Did you mean --detach\?\)/,
    ],
    ['a search of nothing', ['logs', '--build', '7', '--search', ''], 2, /--search ''/],
    ['a search of a deploy', ['logs', '7', '--search', 'x'], 2, /Only the log of a build can be searched/],
    [
      'too much around',
      ['logs', '--build', '7', '--search', 'x', '--around', '21'],
      2,
      /--around '21'.*0 to 20/,
    ],
    ['watching and not watching', ['build', 'web', '--watch', '--detach'], 2, /cannot be used with/],
    ['a build that does not count', ['builds', 'show', 'web'], 2, /build id 'web'/],
    ['a missing argument', ['watch'], 2, /missing required argument 'id'/],
    ['an argument too many', ['hosts', 'x'], 2, /too many arguments/],
    [
      'a regex with lookahead',
      ['hosts', '-H', '(?=web)'],
      2,
      /--host '\(\?=web\)' is not a regular expression/,
    ],
    ['a cluster that cannot be', ['hosts', '-c', '../x'], 2, /--cluster '\.\.\/x'/],
    ['a label without a value', ['hosts', '-l', 'os'], 2, /name=value/],
    ['a deploy id that does not count', ['watch', 'x'], 2, /deploy id 'x'/],
    ['a duration without a unit', ['deploy', 'web', '--all', '--timeout', '10'], 2, /--timeout '10'/],
    ['a ref that git would misread', ['deploy', 'web@--upload-pack=x', '--all'], 2, /ref/],
    [
      'a repo with credentials',
      ['services', 'add', 'web', 'https://me:secret@example.com/x'],
      2,
      /credentials|repo is/,
    ],
    ['a host without a cluster', ['enroll', 'web-1.prod'], 2, /needs a cluster/],
    ['a state that there is not', ['status', '--state', 'broken'], 2, /--state.*'broken' is invalid/],
    ['a time that is none', ['audit', '--since', 'soon'], 2, /--since 'soon'.*how long ago/],
    ['a key with a space', ['retry', '1', '--idempotency-key', 'a b'], 2, /--idempotency-key 'a b'/],
    ['no hosts chosen, off a terminal', ['deploy', 'web'], 2, /No hosts are chosen for web/],
    ['a freeze ignored without saying why', ['deploy', 'web', '--all', '--ignore-freeze'], 2, /--reason/],
    ['a lock without a reason', ['lock', 'web'], 2, /--reason <text>' not specified/],
    ['a lock for too long', ['lock', 'web', '--reason', 'x', '--for', '31d'], 2, /--for '31d'.*30 days/],
    [
      'a weekly freeze in no time zone',
      ['freeze', 'add', 'x', '--weekly', 'fri 16:00 - 17:00', '--reason', 'x'],
      2,
      /either weekly in a time zone, or/,
    ],
    [
      'a weekly freeze in words',
      ['freeze', 'add', 'x', '--weekly', 'weekends', '--zone', 'UTC', '--reason', 'x'],
      2,
      /--weekly 'weekends'.*fri 16:00 - mon 08:00/,
    ],
    [
      'a freeze until a time that is none',
      ['freeze', 'add', 'x', '--until', 'monday', '--reason', 'x'],
      2,
      /--until 'monday'.*ISO/,
    ],
    ['a deploy of nothing', ['deploy'], 2, /No service is named/],
    ['a plan id that does not count', ['deploy', '--plan-id', 'x'], 2, /plan id 'x'/],
    ['a plan and a service', ['deploy', 'web', '--plan-id', '17'], 2, /--plan-id takes nothing that says/],
    ['a plan and hosts', ['deploy', '--plan-id', '17', '-c', 'prod'], 2, /--plan-id takes nothing that says/],
    ['a plan of all and some hosts', ['plan', 'web', '--all', '-c', 'prod'], 2, /contradict each other/],
    [
      'an outcome that is none',
      ['notify', 'add', 'chat', 'https://chat.example/x', '--on', 'failed,broken'],
      2,
      /--on 'failed,broken' is not usable: give some of succeeded, .*, or all/,
    ],
    ['a tracker URL that is none', ['hosts', '--url', 'ftp://x'], 2, /--url 'ftp:\/\/x'/],
    ['a wrong token', ['hosts', '--token', 'at_wrong'], 4, /token is not known/],
  ])('%s', async (_, args, code, reason) => {
    const ran = await run(...args)
    expect(ran.stderr).toMatch(reason)
    expect(ran.stderr).not.toMatch(/^\s+at /m)
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' })
    expect(tracker.calls).toEqual([])
  })

  test('a tracker that is not there: 69', async () => {
    await tracker.stop()
    expect(await run('hosts')).toMatchObject({
      code: 69,
      stderr: expect.stringMatching(/cannot be reached/) as string,
    })
  })

  test('a service that another deploy holds: 7, with the tracker’s own words made safe', async () => {
    tracker.answers.createDeploy = () => refusal(423, 'locked', 'Deploy 11 \u001b[2Jruns.', 'Wait for it.')
    const ran = await run('deploy', 'web', '--all')
    expect(ran).toMatchObject({ code: 7, stderr: 'error: Deploy 11 runs.\n  Wait for it.\n' })
  })

  test('no tracker chosen', async () => {
    expect(await runCli(cli, ['hosts'])).toMatchObject({ code: 2 })
  })
})

describe('builds', () => {
  const build: BuildView = {
    id: 7,
    service: 'web',
    version: 'v2',
    commit: 'c'.repeat(40),
    subject: 'Say hello',
    state: 'built',
    isKept: true,
    cause: 'person',
    askedBy: 'ci',
    attempts: 1,
    digest: 'd'.repeat(64),
    packer: 'packer-1',
    createdAt: Date.now() - 90 * 60_000,
    startedAt: Date.now() - 89 * 60_000,
    endedAt: Date.now() - 89 * 60_000 + 5000,
  }
  const line = (n: number, text: string): NumberedLine => ({ n, at: 1, stream: 'stdout', text })

  test('of a deploy whose build is long over, the log is told to be with the build', async () => {
    tracker.answers.getDeploy = () => exampleDeploy([], { state: 'succeeded', buildId: 7, endedAt: 1 })
    tracker.emit(deployEvent('succeeded'))
    expect((await run('logs', '12')).stdout).toMatch(
      /succeeded\nThe log of its build: tracker logs --build 7\n$/,
    )
    const lines = [{ at: 1, stream: 'stdout' as const, text: 'a' }]
    tracker.emit({ kind: 'build.log', buildId: 7, deployId: 12, data: { lines } })
    expect((await run('logs', '12')).stdout).not.toContain('The log of its build')
  })

  test('a log is read page by page', async () => {
    const pages = [{ lines: [line(1, 'a'), line(2, '\u001b[2Jb')], next: 2 }, { lines: [line(3, 'c')] }]
    tracker.answers.readBuildLog = ({ query }) => pages[query['after'] === 0 ? 0 : 1]
    const ran = await run('logs', '--build', '7')
    expect(ran.stdout.replace(/^\S+ {2}/gm, '')).toBe('a\nb\nc\n')
    expect(tracker.calls.map(({ call }) => call.query['after'])).toEqual([0, 2])
    const json = await run('logs', '--build', '7', '--json')
    expect(json.stdout.split('\n')[2]).toBe('{"at":1,"stream":"stdout","text":"c","n":3}')
  })

  test('what is searched for comes with its numbers and what is around', async () => {
    tracker.answers.readBuildLog = () => ({
      lines: [line(3, 'x'), line(4, 'an ERROR'), line(9, 'error 2')],
    })
    const ran = await run('logs', '--build', '7', '--search', 'error', '--around', '1')
    expect(ran.stdout).toMatch(/^ {5}3 {2}\S+ {2}x\n {5}4 {2}\S+ {2}an ERROR\n--\n {5}9 .*error 2\n$/)
    expect(tracker.calls[0]?.call.query).toMatchObject({ search: 'error', around: 1 })
    tracker.answers.readBuildLog = () => ({ lines: [] })
    expect(await run('logs', '--build', '7', '--search', 'oven')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining("No line of the log of build 7 holds 'oven'") as string,
    })
  })

  test('show tells steps, what is inside, what changed and where it comes from', async () => {
    tracker.answers.getBuild = () => build
    tracker.answers.getBuildRecord = () => ({
      v: 1,
      buildId: 7,
      steps: [
        { name: 'npm ci', state: 'done', at: 1, tookMs: 4100 },
        { name: 'pack', state: 'done', at: 2, tookMs: 300 },
      ],
      made: exampleMade([{ kind: 'npm', name: 'ms', version: '2.1.3' }]),
    })
    tracker.answers.getBuildChanges = () => ({
      since: { build: 5, version: 'v1' },
      dependencies: [
        { kind: 'npm', name: 'ms', from: ['2.1.2'], to: ['2.1.3'] },
        { kind: 'npm', name: 'new', from: [], to: ['1.0.0'] },
        { kind: 'npm', name: 'old', from: ['1.0.0'], to: [] },
      ],
      unpackedSize: { from: 3000, to: 2000 },
      directories: [{ path: 'node_modules/ms', from: 0, to: 1500 }],
    })
    const { stdout, code } = await run('builds', 'show', '7')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Build 7 {2}web v2 {2}built\n {2}asked for by ci 1h ago, 5\.0s on packer-1\n/)
    expect(stdout).toContain('\nSteps:\n  ✓ npm ci  4.1s   ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇\n  ✓ pack    300ms  ▇▇\n')
    expect(stdout).toContain('1 kB, unpacked 2 kB in 3 entries, 1 package\n')
    expect(stdout).toContain('git+https://git.example/web.git at cccccccccccc, path .\n')
    expect(stdout).toContain(
      'Since build 5 (v1):\n  ~ ms 2.1.2 → 2.1.3 npm\n  + new 1.0.0 npm\n  - old 1.0.0 npm\n',
    )
    expect(stdout).toMatch(/-1 kB {2}unpacked, in all\n +\+2 kB {2}node_modules\/ms\n/)
    const json = JSON.parse((await run('builds', 'show', '7', '--json')).stdout) as Record<string, unknown>
    expect(Object.keys(json)).toEqual(['build', 'record', 'changes'])
  })

  test('one that failed has steps and no more; one that runs has its log', async () => {
    tracker.answers.getBuild = () => ({ ...build, state: 'failed', error: 'npm ci failed.' })
    tracker.answers.getBuildRecord = () => ({
      v: 1,
      buildId: 7,
      steps: [{ name: 'npm ci', state: 'failed', at: 1, tookMs: 10 }],
    })
    expect((await run('builds', 'show', '7')).stdout).toMatch(
      /npm ci failed\.\n\nSteps:\n {2}✗ npm ci .*\n\nlog:/,
    )
    const { endedAt: _, ...running } = build
    tracker.answers.getBuild = () => ({ ...running, state: 'building', isKept: false })
    expect((await run('builds', 'show', '7')).stdout).toMatch(/\n\nlog: tracker builds watch 7\n$/)
  })

  test('watch follows one that was started before, with its steps', async () => {
    tracker.answers.getBuild = () => build
    tracker.emit(
      { kind: 'build.step', buildId: 7, data: { name: 'npm ci', state: 'running', at: 1 } },
      { kind: 'build.step', buildId: 7, data: { name: 'npm ci', state: 'done', at: 1, tookMs: 4100 } },
      { kind: 'build.state', buildId: 7, data: { state: 'built' } },
    )
    const ran = await run('builds', 'watch', '7')
    expect(ran.stdout).toMatch(/^\S+ {2}build 7 +✓ npm ci {2}4\.1s\n\S+ {2}build 7 +built\nBuild 7/)
    expect(ran.code).toBe(0)
  })

  test('the queue says who builds, and for what the others wait', async () => {
    tracker.answers.getBuildQueue = () => ({
      building: [{ ...build, state: 'building', packer: 'packer-1', startedAt: Date.now() - 60_000 }],
      queued: [
        { ...build, id: 8, state: 'queued', cause: 'hook', ahead: 0, waitsFor: 'Each packer is full.' },
      ],
      waiting: 5,
    })
    const { stdout } = await run('builds', 'queue', '--limit', '1')
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^BUILD +SERVICE +VERSION +AGE +ASKED BY +WAITS FOR$/),
      expect.stringMatching(/^7 +web .* building on packer-1 for .+$/),
      expect.stringMatching(/^8 +web .* \(hook\) +Each packer is full\.$/),
      'and 4 more',
      '',
    ])
    tracker.answers.getBuildQueue = () => ({ building: [], queued: [], waiting: 0 })
    expect((await run('builds', 'queue')).stdout).toBe('Nothing is being built, and nothing waits.\n')
  })
})

describe('history', () => {
  const entry = {
    id: 7,
    at: new Date(2026, 2, 1, 14, 3, 7).getTime(),
    who: 'ci',
    action: 'deploy.create',
    subject: 'deploy 12',
    service: 'web',
    reason: 'Tuesday\u001b[2J',
    address: '10.0.0.7',
    client: 'tracker/0.1.0',
    requestId: 'build-77',
  }

  test('env set takes a value from standard input, tells nobody what it is, and says how it gets to hosts', async () => {
    const scope = { kind: 'host', host: 'web-1.prod' } as const
    const change = { name: 'KEY', scope, change: 'set', secret: true } as const
    tracker.answers.changeSettings = () => ({
      config: { version: 4, createdAt: 1, createdBy: 'ci', changes: [change] },
      changed: true,
    })
    const lastDeploy = { id: 3, version: 'v2', state: 'succeeded', createdAt: 1 }
    tracker.answers.listServices = () => ({
      services: [
        {
          name: 'web',
          repo: '/srv/git/web',
          path: '.',
          rules: [],
          restrictions: [],
          createdAt: 1,
          lastDeploy,
        },
      ],
    })
    const { stdout, stderr, code } = await runCli(cli, ['env', 'set', 'web', 'KEY=-', '-H', 'web-1.prod'], {
      url: tracker.url,
      input: 'hush hush\n',
    })
    expect(tracker.calls[0]?.call).toMatchObject({
      params: { service: 'web' },
      body: { scope, set: [{ name: 'KEY', value: 'hush hush', secret: true }] },
    })
    expect(stdout).toBe(
      `web is at config 4: set KEY for host web-1.prod\n  hosts get it with a deploy: tracker deploy web@v2 -H '^web-1\\.prod$'\n`,
    )
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  })

  test('env list shows values that are no secrets', async () => {
    const scope = { kind: 'cluster', cluster: 'prod' } as const
    tracker.answers.listSettings = () => ({
      config: 2,
      settings: [
        { name: 'KEY', scope: { kind: 'service' }, since: 1, secret: true },
        { name: 'POOL', scope, since: 2, secret: false, value: '40' },
      ],
    })
    expect((await run('env', 'list', 'web')).stdout).toBe(
      [
        'web, config 2:',
        'NAME  VALUE  FOR           SINCE',
        'KEY   •••    all           config 1',
        'POOL  40     cluster prod  config 2',
        '',
      ].join('\n'),
    )
  })

  test('audit shows who changed what, and asks for what was asked', async () => {
    const page = { ...entry, id: 6, client: 'Mozilla/5.0 (X11)', service: undefined, reason: undefined }
    tracker.answers.listAudit = () => ({ entries: [entry, page] })
    const { stdout, code } = await run(
      ...['audit', '--service', 'web', '--who', 'ci', '--since', '2026-03-01T00:00Z', '-n', '5'],
    )
    expect(stdout).toMatch(/^WHEN +WHO +ACTION +SUBJECT +SERVICE +FROM +REASON\n/)
    expect(stdout).toMatch(
      /2026-03-01 14:03:07 +ci +deploy\.create +deploy 12 +web +10\.0\.0\.7 tracker\/0\.1\.0 +Tuesday\n/,
    )
    expect(stdout).toMatch(/10\.0\.0\.7 page\n/)
    expect(code).toBe(0)
    expect(tracker.calls[0]?.call.query).toEqual({
      service: 'web',
      who: 'ci',
      since: Date.UTC(2026, 2, 1),
      limit: 5,
    })
  })

  test('audit --json is the answer itself', async () => {
    tracker.answers.listAudit = () => ({ entries: [entry] })
    expect(JSON.parse((await run('audit', '--json')).stdout)).toEqual({ entries: [entry] })
  })

  test('versions --at shows what ran then, and who was not there', async () => {
    const at = new Date(2026, 2, 1, 14, 3, 7).getTime()
    const host = { cluster: 'prod', labels: {} }
    const cell = {
      service: 'web',
      sync: 'in-sync',
      version: 'v1',
      running: '1'.repeat(64),
      health: 'healthy',
    }
    tracker.answers.getVersions = () => ({
      at,
      services: ['web'],
      rows: [
        { host: { ...host, id: 'h000000000001', name: 'web-1', state: 'reporting' }, cells: [cell] },
        { host: { ...host, id: 'h000000000002', name: 'web-2', state: 'absent' }, cells: [] },
      ],
      summary: { hosts: 1, silent: 0, outOfSync: 0 },
      seq: 1,
    })
    const { stdout } = await run('versions', '--at', '2026-03-01T14:03:07')
    expect(stdout).toMatch(
      /^At 2026-03-01 14:03:07:\n\nHOST +web\nweb-1 +v1\nweb-2 \(not enrolled yet\) +-\n/,
    )
    expect(tracker.calls[0]?.call.query).toMatchObject({ at })
  })

  test('status asks for the deploys that fit', async () => {
    tracker.answers.listDeploys = () => ({ deploys: [] })
    const flags = ['--service', 'web', '--state', 'failed', '--host', 'web-1.prod', '--who', 'ci']
    const { stdout } = await run('status', ...flags, '-c', 'prod', '--until', '2026-03-01T00:00Z')
    expect(stdout).toBe('No such deploys.\n')
    expect(tracker.calls[0]?.call.query).toEqual({
      service: 'web',
      state: 'failed',
      host: 'web-1.prod',
      cluster: 'prod',
      createdBy: 'ci',
      until: Date.UTC(2026, 2, 1),
      limit: 20,
    })
  })
})

describe('locks and freezes', () => {
  const at = (day: number, hour: number): number => new Date(2026, 9, day, hour).getTime()
  const lock = { owner: 'ann', reason: 'the database moves\u001b[2J', takenAt: 1, expiresAt: at(5, 14) }
  const prod = { service: 'web', cluster: 'prod' }
  const made = { createdBy: 'ann', createdAt: 1 }
  const weekly = { kind: 'weekly', weekly: 'fri 16:00 - mon 08:00', zone: 'Europe/Berlin' } as const

  test('lock takes one, and says how to take it away', async () => {
    tracker.answers.takeLock = () => ({ ...lock, ...prod })
    const { stdout } = await run('lock', 'web', '-c', 'prod', '--reason', 'the database moves', '--for', '3d')
    expect(stdout).toBe(
      'Locked web in prod until 2026-10-05 14:00:00.\n  take it away: tracker unlock web -c prod\n',
    )
    expect(tracker.calls[0]?.call.body).toEqual({
      ...prod,
      reason: 'the database moves',
      for: 3 * 24 * 3_600_000,
    })
  })

  test('unlock says whose it was', async () => {
    tracker.answers.releaseLock = () => ({ ...lock, ...prod })
    const { stdout } = await run('unlock', 'web', '-c', 'prod', '--reason', 'ann sleeps')
    expect(stdout).toMatch(/^Took away the lock of ann on web in prod: the database moves/)
    expect(tracker.calls[0]?.call.body).toEqual({ ...prod, reason: 'ann sleeps' })
  })

  test('locks lists them, safe to show', async () => {
    tracker.answers.listLocks = () => ({
      locks: [
        { ...lock, service: 'mail' },
        { ...lock, ...prod },
      ],
    })
    const { stdout } = await run('locks')
    expect(stdout).toMatch(
      /^SERVICE +CLUSTER +OWNER +UNTIL +REASON\nmail +all +ann +2026-10-05 14:00:00 +the/,
    )
    expect(stdout).toMatch(/\nweb +prod +ann/)
    expect(stdout).not.toContain('\u001b[2J')
    expect(JSON.parse((await run('locks', '--json')).stdout)).toMatchObject({ locks: [{}, prod] })
  })

  test('freeze lists those that hold now or will', async () => {
    const dated = { kind: 'dated', from: at(5, 14), until: at(6, 0) } as const
    tracker.answers.listFreezes = () => ({
      freezes: [
        { ...made, name: 'fair', window: dated, service: 'web', reason: 'the fair' },
        { ...made, name: 'weekend', window: weekly, reason: 'nobody is here', holdsUntil: at(5, 8) },
      ],
    })
    const { stdout } = await run('freeze')
    expect(stdout).toMatch(/\nfair +web +2026-10-05 14:00:00 - 2026-10-06 00:00:00 +no +ann/)
    expect(stdout).toMatch(
      /\nweekend +Everything +fri 16:00 - mon 08:00 Europe\/Berlin +until 2026-10-05 08:00:00 +ann/,
    )
  })

  test('freeze add asks for a weekly one or a dated one', async () => {
    tracker.answers.addFreeze = ({ body }) => ({ ...made, ...(body as object) })
    const reason = 'nobody is here'
    const named = (name: string) => ['freeze', 'add', name, '--reason', reason]
    const { stdout } = await run(
      ...[...named('weekend'), '--weekly', weekly.weekly, '--zone', weekly.zone, '-s', 'web', '-c', 'prod'],
    )
    expect(stdout).toMatch(/^web in prod is frozen fri 16:00 - mon 08:00 Europe\/Berlin\.\n/)
    await run(...named('fair'), '--from', '2026-10-05T14:00', '--until', '2026-10-06')
    expect(tracker.calls.map(({ call }) => call.body)).toEqual([
      { name: 'weekend', window: weekly, ...prod, reason },
      { name: 'fair', window: { kind: 'dated', from: at(5, 14), until: at(6, 0) }, reason },
    ])
  })

  test('freeze remove ends one', async () => {
    tracker.answers.removeFreeze = () => ({ ...made, name: 'weekend', window: weekly, reason: 'x' })
    expect((await run('freeze', 'remove', 'weekend')).stdout).toMatch(
      /^Removed weekend: Everything was frozen/,
    )
    expect(tracker.calls[0]?.call.params).toEqual({ name: 'weekend' })
  })

  test.each([
    ['deploy', 'web', '--all'],
    ['retry', '12'],
  ])('%s can ignore a freeze', async (...args) => {
    const answer = () => exampleDeploy([], { state: 'succeeded', endedAt: 1 })
    tracker.answers.createDeploy = answer
    tracker.answers.retryDeploy = answer
    await run(...args, '--ignore-freeze', '--reason', 'it burns', '--detach')
    expect(tracker.calls[0]?.call.body).toMatchObject({ ignoreFreeze: true, reason: 'it burns' })
  })
})

describe('login', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'apptracker-login-'))
    tracker.answers.getSession = () => ({ name: 'admin' })
  })
  afterEach(async () => rm(directory, { recursive: true }))

  test('remembers the tracker and the token, in a private file, and later commands use them', async () => {
    const path = join(directory, 'config.json')
    const environment = { APPTRACKER_CONFIG: path }
    const login = await runCli(cli, ['login', `${tracker.url}/`, '--token-stdin'], {
      environment,
      input: `${fixtureToken}\n`,
    })
    expect(login).toMatchObject({ code: 0, stdout: `Logged in to ${tracker.url} as admin.\n` })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ url: tracker.url, token: fixtureToken })

    tracker.answers.listServices = () => ({ services: [] })
    expect(await runCli(cli, ['services'], { environment })).toMatchObject({ code: 0 })
    const elsewhere = await runCli(cli, ['services', '--url', 'http://127.0.0.1:9'], { environment })
    expect(elsewhere).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/No token is known for/) as string,
    })
  })

  test('with a wrong token remembers nothing', async () => {
    const path = join(directory, 'config.json')
    const login = await runCli(cli, ['login', tracker.url, '--token', 'at_wrong'], {
      environment: { APPTRACKER_CONFIG: path },
    })
    expect(login.code).toBe(4)
    await expect(stat(path)).rejects.toThrow(/ENOENT/)
  })
})

describe('a plan', () => {
  const plan = examplePlan([examplePlanHost(1), examplePlanHost(2)])
  const wanted = { service: 'web', ref: 'v2', selection: { clusters: ['prod'], labels: [] } }
  beforeEach(() => {
    tracker.answers.createPlan = () => plan
  })

  test.each([
    ['plan', ['plan', 'web@v2', '-c', 'prod', '--canary', '0']],
    ['deploy --plan', ['deploy', 'web@v2', '-c', 'prod', '--canary', '0', '--plan']],
  ])('is shown by %s, with the command that deploys it', async (_, args) => {
    const { stdout, code } = await run(...args)
    expect(stdout).toMatch(/^Plan 17 {2}web v2 {2}2 hosts, 2 would change\n/)
    expect(stdout).toMatch(/\ndeploy it: tracker deploy --plan-id 17\n$/)
    expect(code).toBe(0)
    expect(tracker.calls.map(({ name }) => name)).toEqual(['createPlan'])
    expect(tracker.calls[0]?.call.body).toMatchObject({ ...wanted, rollout: { canary: 0 } })
  })

  test('of all hosts needs no leave: it touches none', async () => {
    expect(await run('plan', 'web')).toMatchObject({ code: 0 })
  })

  test('has an exit code of its own when it changes something, if asked for', async () => {
    expect((await run('plan', 'web@v2', '--detailed-exitcode')).code).toBe(10)
    tracker.answers.createPlan = () => ({ ...plan, changes: 0 })
    expect((await run('plan', 'web@v2', '--detailed-exitcode')).code).toBe(0)
  })

  test('shows every host by --hosts, and all of it by --json', async () => {
    expect((await run('plan', 'web', '--hosts')).stdout).toMatch(/^web-2\.prod +prod +1 +v1 → v2/m)
    expect(JSON.parse((await run('plan', 'web', '--json')).stdout)).toEqual(plan)
  })

  test('is deployed by its id alone', async () => {
    tracker.answers.createDeploy = () => exampleDeploy([exampleTarget(1, 'assigned')])
    const { stdout, code } = await run('deploy', '--plan-id', '17', '--detach')
    expect(stdout).toMatch(/^Deploy 12 {2}web v2\n/)
    expect(code).toBe(0)
    expect(tracker.calls[0]?.call.body).toMatchObject({ planId: 17 })
  })

  test('that no longer holds is refused, naming why', async () => {
    const why = 'Plan 17 no longer holds: web-1.prod now has v4 (v3 when the plan was made).'
    tracker.answers.createDeploy = () => refusal(409, 'conflict', why, 'Make another one.')
    expect(await run('deploy', '--plan-id', '17')).toMatchObject({
      code: 1,
      stderr: `error: ${why}\n  Make another one.\n`,
    })
  })
})

describe('watching a deploy', () => {
  const targets = [exampleTarget(1, 'staged'), exampleTarget(2, 'staged')]
  const rolling = exampleDeploy(targets)
  let now: DeployDetail

  beforeEach(() => {
    now = rolling
    tracker.answers.createDeploy = () => now
    tracker.answers.getDeploy = () => ({ ...now, seq: tracker.events.length })
  })

  const end = (state: DeployDetail['state'], ended: DeployDetail['targets']): void => {
    now = exampleDeploy(ended, { state, endedAt: Date.now() })
    tracker.emit(deployEvent(state))
  }
  const feedIsOpen = (times = 1) => eventually(`feed ${times} opened`, () => tracker.feedsOpened >= times)

  test.each([
    ['succeeded', 0, 'committed'],
    ['failed', 3, 'failed'],
    ['partial', 5, 'failed'],
    ['rolled-back', 6, 'rolled-back'],
    ['cancelled', 9, 'staged'],
  ] as const)('that ends %s: exit code %i', async (state, code, install) => {
    const running = startCli(cli, ['deploy', 'web@v2', '-c', 'prod'], { url: tracker.url })
    await feedIsOpen()
    tracker.emit(installEvent(1, install))
    end(state, [exampleTarget(1, install), exampleTarget(2, 'staged')])
    const ran = await running.ended
    expect(ran.stdout).toMatch(new RegExp(`web-1\\.prod +${install}`))
    expect(ran.stdout).toMatch(new RegExp(`^Deploy 12 {2}web v2 {2}${state} in `, 'm'))
    expect(ran).toMatchObject({ code, stderr: '' })
    expect(ran.stdout).not.toContain('\u001b')
    expect(tracker.calls[0]?.call.body).toMatchObject({
      service: 'web',
      ref: 'v2',
      selection: { clusters: ['prod'] },
    })
  })

  test('shows a failed host’s error and the service’s own output', async () => {
    const running = startCli(cli, ['deploy', 'web', '--all'], { url: tracker.url })
    await feedIsOpen()
    const error = 'Port 80 refused.'
    const said = ['TypeError: \u001b[2Jx']
    tracker.emit(installEvent(1, 'rolled-back', { error, output: said }))
    end('rolled-back', [exampleTarget(1, 'rolled-back', { error, said })])
    const { stdout } = await running.ended
    expect(stdout).toMatch(/✗ web-1\.prod {2}rolled-back +Port 80 refused\.\n +\| TypeError: x\n/)
    expect(stdout).toContain('retry: tracker retry 12')
  })

  test('prints NDJSON, the result last', async () => {
    const running = startCli(cli, ['deploy', 'web', '--all', '--json'], { url: tracker.url })
    await feedIsOpen()
    tracker.emit(installEvent(1, 'committed'))
    end('succeeded', [exampleTarget(1, 'committed')])
    const { stdout } = await running.ended
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ kind }) => kind)).toEqual(['install.state', 'deploy.state', 'result'])
    expect(lines[2]).toMatchObject({
      outcome: 'succeeded',
      exitCode: 0,
      deploy: { id: 12, state: 'succeeded' },
    })
  })

  test('goes on when the tracker is restarted, missing nothing and repeating nothing', async () => {
    const running = startCli(cli, ['deploy', 'web', '--all', '--json'], { url: tracker.url })
    await feedIsOpen()
    tracker.emit(installEvent(1, 'checking'))
    await eventually('the first event arrived', () => running.stdout().includes('checking'))
    await tracker.stop()
    tracker.emit(installEvent(1, 'committed'))
    await tracker.listen()
    await feedIsOpen(2)
    tracker.emit(installEvent(2, 'committed'))
    end('succeeded', [exampleTarget(1, 'committed'), exampleTarget(2, 'committed')])
    const { code, stdout } = await running.ended
    const seqs = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq?: number }).seq)
    expect(seqs).toEqual([1, 2, 3, 4, undefined])
    expect(code).toBe(0)
  })

  test('a restart of the tracker is a small notice', async () => {
    const running = startCli(cli, ['deploy', 'web', '--all'], { url: tracker.url })
    await feedIsOpen()
    await tracker.stop()
    await eventually('the notice', () => running.stderr().includes('away'))
    await tracker.listen()
    await eventually('the second notice', () => running.stderr().includes('back'))
    end('succeeded', [exampleTarget(1, 'committed')])
    const { code, stderr } = await running.ended
    expect(stderr).toBe('the tracker is away; hosts go on, trying again …\nthe tracker is back\n')
    expect(code).toBe(0)
  })

  test('ends although its last event came while it was away', async () => {
    const running = startCli(cli, ['deploy', 'web', '--all'], { url: tracker.url })
    await feedIsOpen()
    await tracker.stop()
    end('succeeded', [exampleTarget(1, 'committed')])
    await tracker.listen()
    expect((await running.ended).code).toBe(0)
  })

  test('Ctrl-C leaves and never cancels: 130, and how to go on', async () => {
    const running = startCli(cli, ['deploy', 'web', '--all'], { url: tracker.url })
    await feedIsOpen()
    running.child.kill('SIGINT')
    const { code, stdout } = await running.ended
    expect(stdout).toContain(
      'Detached; deploy 12 goes on.\n  watch it:  tracker watch 12\n  cancel it: tracker cancel 12\n',
    )
    expect(code).toBe(130)
    expect(tracker.calls.map(({ name }) => name)).not.toContain('cancelDeploy')
  })

  test('Ctrl-C leaves at once while the tracker does not answer', async () => {
    const running = startCli(cli, ['deploy', 'web', '--all'], { url: tracker.url })
    await feedIsOpen()
    tracker.answers.getDeploy = () => new Promise(() => undefined)
    tracker.emit(deployEvent('rolling'))
    await eventually('the deploy is asked for', () => tracker.calls.some(({ name }) => name === 'getDeploy'))
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
  })

  test('the timeout: 8, still running', async () => {
    const ran = await run('deploy', 'web', '--all', '--timeout', '300ms')
    expect(ran.stdout).toMatch(/Deploy 12 is still running \(rolling\) at the timeout/)
    expect(ran.code).toBe(8)
  })

  test('a token that is revoked meanwhile: 4', async () => {
    tracker.answers.createDeploy = () => rolling
    const running = startCli(cli, ['deploy', 'web', '--all'], { url: tracker.url })
    await feedIsOpen()
    tracker.answers.getDeploy = () => refusal(401, 'unauthenticated', 'The token was revoked.')
    tracker.emit(deployEvent('rolling'))
    expect(await running.ended).toMatchObject({ code: 4, stderr: 'error: The token was revoked.\n' })
  })

  test('whose answer is lost with the connection is asked for again, with the same key', async () => {
    let lost = 0
    tracker.answers.createDeploy = async () => {
      if (++lost > 2) return rolling
      await tracker.stop()
      await tracker.listen()
    }
    const ran = await run('deploy', 'web', '--all', '--detach')
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const keys = tracker.calls.map(({ call }) => call.key)
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
  })

  test('whose answer never comes is given up after some tries', async () => {
    tracker.answers.createDeploy = async () => {
      await tracker.stop()
      await tracker.listen()
    }
    const ran = await run('deploy', 'web', '--all', '--detach')
    expect(ran).toMatchObject({ code: 69, stderr: expect.stringMatching(/cannot be reached/) as string })
    expect(tracker.calls).toHaveLength(5)
  })

  test('has a key of its own each time, unless one is given', async () => {
    await run('deploy', 'web', '--all', '--detach')
    await run('deploy', 'web', '--all', '--detach')
    await run('deploy', 'web', '--all', '--detach', '--idempotency-key', 'build-77')
    const [first, second, third] = tracker.calls.map(({ call }) => call.key)
    expect(first).toMatch(/^[0-9a-f-]{36}$/)
    expect(second).not.toBe(first)
    expect(third).toBe('build-77')
  })

  test('--detach only says which deploy it is', async () => {
    const ran = await run('deploy', 'web', '--all', '--detach')
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Deploy 12 {2}web v2\n/) as string })
    expect(tracker.feedsOpened).toBe(0)
  })

  test('shows the build’s log, and a build that fails fast is not missed', async () => {
    now = exampleDeploy(targets, { state: 'building', buildId: 7 })
    const running = startCli(cli, ['deploy', 'web', '--all'], { url: tracker.url })
    await feedIsOpen(2)
    const line = (text: string) => ({ at: 1, stream: 'stdout' as const, text })
    tracker.emit({ kind: 'build.log', buildId: 7, data: { lines: [line('added 12 packages')] } })
    await eventually('the log arrives live', () => running.stdout().includes('added 12 packages'))
    now = { ...now, state: 'failed', error: 'The build failed.', endedAt: Date.now() }
    tracker.emit(
      { kind: 'build.log', buildId: 7, data: { lines: [line('npm ERR! missing script')] } },
      { kind: 'build.state', buildId: 7, data: { state: 'failed', error: 'npm exited with 1.' } },
      { kind: 'deploy.state', deployId: 12, data: { state: 'failed' } },
    )
    const { code, stdout } = await running.ended
    expect(stdout.match(/missing script/g)).toHaveLength(1)
    expect(stdout).toContain('The build failed.')
    expect(code).toBe(3)
  })

  test('prints what hosts do after the build’s log, though that comes by its own feed', async () => {
    now = exampleDeploy(targets, { state: 'building', buildId: 7 })
    const running = startCli(cli, ['deploy', 'web', '--all'], { url: tracker.url })
    await feedIsOpen(2)
    tracker.emit(deployEvent('staging'), installEvent(1, 'accepted'))
    const lines = [{ at: 1, stream: 'stdout' as const, text: 'added 12 packages' }]
    tracker.emit(
      { kind: 'build.log', buildId: 7, data: { lines } },
      { kind: 'build.state', buildId: 7, data: { state: 'built' } },
    )
    await eventually('the step is printed', () => running.stdout().includes('accepted'))
    end('succeeded', [exampleTarget(1, 'committed')])
    const { stdout } = await running.ended
    expect(stdout).toMatch(/added 12 packages\n.*built\n.*staging\n.*accepted\n/)
  })

  test('of a deploy that is over tells its whole history and its exit code', async () => {
    tracker.emit(
      installEvent(1, 'rolled-back', { error: 'no', output: ['boom'] }),
      deployEvent('rolled-back'),
    )
    now = exampleDeploy([exampleTarget(1, 'rolled-back', { error: 'no' })], {
      state: 'rolled-back',
      endedAt: Date.now(),
    })
    const ran = await run('watch', '12')
    expect(ran.stdout).toMatch(/\| boom/)
    expect(ran.code).toBe(6)
  })

  test('rollback of a service takes its last deploy that changed something, and prints how to undo it', async () => {
    const view = (id: number, counts: object) => {
      const { targets: _t, warnings: _w, restrictions: _r, seq: _s, ...rest } = rolling
      return { ...rest, id, counts }
    }
    tracker.answers.listDeploys = () => ({ deploys: [view(11, {}), view(10, { committed: 2 })] })
    tracker.answers.rollbackDeploy = () => ({ ...now, rollbackOf: 10 })
    const ran = await run('rollback', 'web', '--detach')
    expect(ran.stdout).toContain('Rolling back deploy 10. To undo this: tracker rollback 12')
    expect(tracker.calls.at(-1)?.call.params).toEqual({ id: '10' })
  })

  test('on a terminal draws in place, and gives the cursor back after Ctrl-C', async () => {
    const command = `stty cols 80 rows 24; exec ${process.execPath} ${cli} deploy web -c prod`
    const terminal = startProgram('script', ['-qefc', command, '/dev/null'], {
      url: tracker.url,
      environment: { TERM: 'xterm-256color', SHELL: '/bin/sh' },
      keepInput: true,
    })
    await feedIsOpen()
    tracker.emit(installEvent(1, 'checking'))
    await eventually('the state is drawn', () => terminal.stdout().includes('checking'))
    terminal.child.stdin?.write('\u0003')
    const { code, stdout } = await terminal.ended
    expect(stdout).toContain('\u001b[?25l')
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'))
    expect(stdout.slice(stdout.lastIndexOf('\u001b[?25h'))).toContain('Detached; deploy 12 goes on.')
    expect(code).toBe(130)
  })

  test('on a terminal asks before it deploys to all hosts, and takes no for an answer', async () => {
    tracker.answers.listHosts = () => ({ hosts: [] })
    const terminal = startProgram('script', ['-qefc', `${process.execPath} ${cli} deploy web`, '/dev/null'], {
      url: tracker.url,
      environment: { TERM: 'xterm-256color', SHELL: '/bin/sh' },
      keepInput: true,
    })
    await eventually('the question', () => terminal.stdout().includes('[y/N]'))
    terminal.child.stdin?.write('n\r')
    const { code, stdout } = await terminal.ended
    expect(stdout).toContain('Deploy web to all 0 hosts? [y/N]')
    expect(code).toBe(2)
    expect(tracker.calls.map(({ name }) => name)).toEqual(['listHosts'])
  })

  test('login asks for the token without showing it', async () => {
    tracker.answers.getSession = () => ({ name: 'admin' })
    const directory = await mkdtemp(join(tmpdir(), 'apptracker-login-'))
    const terminal = startProgram(
      'script',
      ['-qefc', `${process.execPath} ${cli} login ${tracker.url}`, '/dev/null'],
      {
        environment: { TERM: 'xterm', SHELL: '/bin/sh', APPTRACKER_CONFIG: join(directory, 'config.json') },
        keepInput: true,
      },
    )
    await eventually('the question', () => terminal.stdout().includes('Token'))
    terminal.child.stdin?.write(`${fixtureToken}\r`)
    const { code, stdout } = await terminal.ended
    await rm(directory, { recursive: true })
    expect(stdout).toContain('as admin')
    expect(stdout).not.toContain(fixtureToken)
    expect(code).toBe(0)
  })
})

describe('a deploy of 200 hosts, 38 of which failed', () => {
  const targets = Array.from({ length: 200 }, (_, index) =>
    index < 38
      ? exampleTarget(index + 1, 'rolled-back', {
          failedAt: 'checking',
          error: `web ended by itself (exit code 1) within ${index + 40} ms of its start.`,
          said: [`[${index + 700}] Error: KEY is not set`],
        })
      : exampleTarget(index + 1, 'committed'),
  )
  const ended = exampleDeploy(targets, { state: 'partial', endedAt: Date.now() })
  const told = `38 hosts did not come through, one cause
  ✗ 38 hosts  rolled-back   while checking: web ended by itself (exit code 1) within 40 ms of its start.
      | [700] Error: KEY is not set
      web-1.prod, web-2.prod, web-3.prod, web-4.prod, web-5.prod and 33 more
`
  beforeEach(() => {
    tracker.answers.getDeploy = () => ended
  })

  test.each([
    ['status', 0],
    ['watch', 5],
  ])('%s tells the cause once', async (command, code) => {
    const ran = await run(command, '12')
    expect(ran).toMatchObject({ code, stderr: '' })
    expect(ran.stdout).toContain(told)
    expect(ran.stdout.match(/KEY is not set/g)).toHaveLength(1)
  })

  test.each(['status', 'watch'])('%s --json has the group', async (command) => {
    const { stdout } = await run(command, '12', '--json')
    const result = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { failures: FailureGroup[] }
    expect(result.failures).toHaveLength(1)
    expect(result.failures[0]).toMatchObject({ step: 'checking', line: '[700] Error: KEY is not set' })
    expect(result.failures[0]?.hosts).toHaveLength(38)
  })
})

test('services are linked and unlinked', async () => {
  const made = { service: 'web', base: 'lib', createdBy: 'ci', createdAt: Date.now() }
  tracker.answers.linkService = () => made
  tracker.answers.unlinkService = () => made
  tracker.answers.listLinks = () => ({ links: [{ ...made, error: 'service.yaml is not there.' }] })
  expect((await run('services', 'link', 'web', 'lib')).stdout).toBe(
    'web is built again whenever lib has a new artifact.\n',
  )
  expect(tracker.calls[0]?.call).toMatchObject({ params: { name: 'web' }, body: { base: 'lib' } })
  expect((await run('services', 'unlink', 'web', 'lib')).stdout).toBe(
    'web is built because of lib no more.\n',
  )
  expect((await run('services', 'links')).stdout).toMatch(
    /^web +lib +\w+ +ci +service\.yaml is not there\.$/m,
  )
})

describe('tracker hooks', () => {
  const hook = {
    ...{ name: 'web-github', service: 'web', from: 'github', createdBy: 'ci', createdAt: 1 },
    ...{
      branches: ['main'],
      tags: ['v*'],
      paths: [],
      deploy: { clusters: ['prod'], pattern: '^web-', labels: [] },
    },
  }
  const delivery = {
    id: 7,
    at: Date.now(),
    what: 'push of main by ann',
    state: 'started',
    version: '8d5a3c0e92',
  }

  test('add says what is built, and what to paste, once; a token comes by standard input', async () => {
    const url = 'https://tracker.example/hooks/KEY'
    tracker.answers.addHook = () => ({ ...hook, url, secret: 'ats_secret' })
    const flags = ['--branch', 'main', '--tag', 'v*', '--deploy', 'prod:^web-', '--status-token-stdin']
    const { code, stdout } = await runCli(cli, ['hooks', 'add', 'web', '--from', 'github', ...flags], {
      url: tracker.url,
      input: 'ghp_token\n',
    })
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'web-github builds web: main; tags v*, and deploys it to prod:^web-.\n' +
        `  URL (shown once):    ${url}\n` +
        '  secret (shown once): ats_secret\n' +
        '  paste both into the webhook at the forge, for pushes and tags: docs/webhooks.md\n',
    })
    expect(tracker.calls[0]?.call.body).toEqual({
      ...{ name: 'web-github', service: 'web', from: 'github', branches: ['main'], tags: ['v*'], paths: [] },
      ...{ deploy: { clusters: ['prod'], labels: [], pattern: '^web-' }, statusToken: 'ghp_token' },
    })
  })

  test.each([
    [['--from', 'bitbucket'], "argument 'bitbucket' is invalid"],
    [['--from', 'github', '--branch', 'a b'], '--branch'],
    [['--from', 'github', '--deploy', 'prod:('], 'is not a regular expression'],
    [['--from', 'github', '--status-token'], 'no terminal'],
  ])('add %j is refused', async (flags, message) => {
    const { code, stderr } = await run('hooks', 'add', 'web', ...flags)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string })
  })

  test('list says what came last, and whether statuses arrive', async () => {
    const failing = { since: Date.now() - 2 * 3_600_000, error: 'answered 401' }
    tracker.answers.listHooks = () => ({
      hooks: [
        { ...hook, lastDelivery: delivery, statuses: { to: 'https://api.github.com', failing } },
        {
          ...hook,
          name: 'ops',
          branches: [],
          tags: [],
          deploy: undefined,
          refused: { at: Date.now(), why: 'x' },
        },
      ],
    })
    const { stdout } = await run('hooks')
    expect(stdout).toMatch(
      /^web-github +web +github +main; tags v\* +prod:\^web- +started \w+ ago\n {2}https:\/\/api\.github\.com is not told how builds go, for 2h: answered 401$/m,
    )
    expect(stdout).toMatch(
      /^ops +web +github +the default branch +refused \w+ ago\n {2}a call was refused \w+ ago: x$/m,
    )
  })

  test('show tells what came of each delivery', async () => {
    const deploy = { id: 4, state: 'rolling', url: 'https://tracker.example/deploys/4' }
    const build = { id: 3, state: 'built', url: 'https://tracker.example/builds/3' }
    const skipped = {
      ...delivery,
      id: 6,
      state: 'skipped',
      version: undefined,
      why: 'feature/pt was deleted.',
    }
    tracker.answers.getHook = () => ({ ...hook, deliveries: [{ ...delivery, build, deploy }, skipped] })
    const { stdout } = await run('hooks', 'show', 'web-github')
    expect(stdout).toMatch(/^7 +\w+ +started +8d5a3c0e92 +3 built +4 rolling +push of main by ann$/m)
    expect(stdout).toMatch(/^6 +\w+ +skipped +push of main by ann\n {2}feature\/pt was deleted\.$/m)
  })

  test('rotate and remove say what that means', async () => {
    tracker.answers.rotateHook = () => ({
      ...hook,
      from: 'trigger',
      url: 'https://tracker.example/hooks/NEW',
    })
    tracker.answers.removeHook = () => hook
    expect((await run('hooks', 'rotate', 'web-github')).stdout).toBe(
      'web-github has a new address; the old one counts no more.\n' +
        '  URL (shown once):    https://tracker.example/hooks/NEW\n' +
        '  call it after the tests: curl --fail -X POST URL; who has the URL can have it built\n',
    )
    expect((await run('hooks', 'remove', 'web-github')).stdout).toBe(
      'web-github is removed: what is pushed builds web by it no more.\n',
    )
  })
})

describe('tracker notify', () => {
  const chat = {
    ...{ name: 'chat', host: 'https://hooks.chat.example', format: 'json', on: ['failed', 'partial'] },
    ...{ createdBy: 'ci', createdAt: 1, givenUp: 0 },
  }

  test('add says what is told, and the secret, once', async () => {
    tracker.answers.addNotifier = () => ({ ...chat, service: 'web', secret: 'ats_secret' })
    const url = 'https://hooks.chat.example/T0P'
    const { code, stdout } = await run(
      ...['notify', 'add', 'chat', url, '--service', 'web', '--on', 'failed,partial'],
    )
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'From now on https://hooks.chat.example is told how deploys of web end: failed, partial.\n' +
        '  secret (shown once): ats_secret\n' +
        '  try it: tracker notify test chat\n',
    })
    expect(tracker.calls[0]?.call.body).toEqual({
      ...{ name: 'chat', url, format: 'json', service: 'web', on: ['failed', 'partial'] },
    })
  })

  test('list says whether it arrives', async () => {
    const failing = { since: Date.now() - 2 * 3_600_000, error: 'answered 500' }
    tracker.answers.listNotifiers = () => ({
      notifiers: [
        { ...chat, toldAt: Date.now() },
        { ...chat, name: 'ops', failing, givenUp: 2 },
      ],
    })
    const { stdout } = await run('notify')
    expect(stdout).toMatch(/^chat +https:\/\/hooks\.chat\.example +json +failed,partial +yes, \d+s ago$/m)
    expect(stdout).toMatch(/^ops .* not for 2h: answered 500; 2 given up$/m)
  })

  test('test ends with 1 when it does not arrive', async () => {
    tracker.answers.testNotifier = () => ({ error: 'answered 404' })
    expect(await run('notify', 'test', 'chat')).toEqual({
      code: 1,
      stdout: 'The test did not arrive at chat: answered 404.\n',
      stderr: '',
    })
  })

  test('remove says which it was', async () => {
    tracker.answers.removeNotifier = () => chat
    const { stdout } = await run('notify', 'remove', 'chat')
    expect(stdout).toBe('chat (https://hooks.chat.example) is told nothing more.\n')
  })
})
