import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundleCli, runCli } from '../../test/fixtures/cli-bundle.ts'
import { ScriptedTracker } from '../../test/fixtures/scripted-tracker.ts'
import type { ArtifactView } from '../../shared/api/artifacts.ts'

const day = 24 * 3_600_000
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

const run = (...args: string[]) => runCli(cli, ['artifacts', ...args], { url: tracker.url })

const artifact = (version: string, keptBecause: string[]): ArtifactView => ({
  digest: 'a'.repeat(64),
  service: 'web',
  version,
  commit: 'b'.repeat(40),
  size: 10_400_000,
  createdAt: Date.now() - 40 * day,
  keptBecause,
})
const staying = artifact('v2', ['runs on web-1.prod\u001b[31m', 'is a tag'])
const going = artifact('bbbbbbbbbb', [])
const amounts = { stay: { count: 1, bytes: 10_400_000 }, go: { count: 1, bytes: 10_400_000 } }

test('lists them with why each stays, safe to show', async () => {
  tracker.answers.listArtifacts = () => ({ artifacts: [staying, going], ...amounts })
  const { stdout } = await run('web')
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^ARTIFACT +COMMIT +SIZE +AGE +WHY IT STAYS$/),
    'web@v2          bbbbbbbbbb  10.4 MB  40d  runs on web-1.prod; 1 reason more',
    'web@bbbbbbbbbb  bbbbbbbbbb  10.4 MB  40d  it goes',
    '2 artifacts, 20.8 MB; of these 1 artifact, 10.4 MB, go with the next upkeep.',
    '',
  ])
  expect(tracker.calls[0]?.call.query).toEqual({ service: 'web', limit: 50 })
})

test('a dry run shows what would go and why the others stay, and changes nothing', async () => {
  tracker.answers.listArtifacts = ({ query }) => ({
    artifacts: query['kept'] === 'true' ? [staying] : [going],
    ...amounts,
  })
  const { stdout } = await run('prune', '--dry-run', '--service', 'web')
  expect(stdout).toMatch(/web@bbbbbbbbbb .* it goes\n.*web@v2 .* runs on web-1.prod; 1 reason more\n/)
  expect(stdout).toMatch(/1 artifact, 10.4 MB, would go. Nothing was touched.\n$/)
  expect(tracker.calls.map(({ name }) => name)).toEqual(['listArtifacts', 'listArtifacts'])
})

test('a prune says what went', async () => {
  tracker.answers.pruneArtifacts = () => ({ gone: { count: 3, bytes: 4e9 } })
  expect(await run('prune', '--reason', 'full')).toMatchObject({
    stdout: '3 artifacts, 4.0 GB: given up, and going from the store.\n',
  })
  expect(tracker.calls[0]?.call.body).toEqual({ reason: 'full' })
})

test('what is kept is shown and set', async () => {
  tracker.answers.listKeepRules = () => ({ rules: [{ last: 10, days: 30, tags: ['*'] }] })
  tracker.answers.setKeepRule = ({ body }) => ({ last: 10, days: 30, ...(body as object) })
  expect((await run('keep')).stdout).toMatch(
    /^Kept of each service: the newest 10, all tags, whatever is younger than 30 days\.\n/,
  )
  const { stdout } = await run('keep', 'web', '--last', '1', '--tags', 'v*', '--tags', 'rel-*')
  expect(stdout).toMatch(
    /^Kept of web: the newest, tags like v\*, rel-\*, whatever is younger than 30 days\.\n.*--dry-run --service web\n$/,
  )
  await run('keep', '--tags', 'none', '--days', '7')
  expect(tracker.calls.map(({ call }) => call.body)).toEqual([
    undefined,
    { service: 'web', last: 1, tags: ['v*', 'rel-*'] },
    { tags: [], days: 7 },
  ])
})

test('a service is kept as the others again', async () => {
  tracker.answers.removeKeepRule = () => ({ last: 10, days: 30, tags: [] })
  const { stdout } = await run('keep', 'web', '--as-others')
  expect(stdout).toMatch(/^Of web is kept what is kept of the others\.\nKept of each service: the newest 10,/)
})

test.each([
  [['keep', '--last', 'x'], /--last 'x' is not usable: give a whole number/],
  [['keep', '--days', '0'], /--days '0' is not usable: give 1 to 36500/],
  [['keep', '--tags', 'v(1)'], /--tags 'v\(1\)' is not usable: a pattern of tags/],
  [['keep', '--tags', 'none', '--tags', 'v*'], /--tags none and another --tags contradict/],
  [['keep', '--as-others'], /--as-others is for one service/],
  [['prune', '--service', '../x'], /--service '\.\.\/x'/],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await run(...args)
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as string })
  expect(tracker.calls).toEqual([])
})

test('usage tells it by service, and how the upkeep goes', async () => {
  const web = {
    service: 'web',
    artifacts: { count: 12, bytes: 1.2e9 },
    inUse: { count: 2, bytes: 0.2e9 },
    growth: -3e6,
    records: { count: 24, bytes: 66_000 },
  }
  tracker.answers.getArtifactUsage = () => ({
    services: [web, { ...web, service: 'api' }],
    upkeep: {
      nextAt: Date.now() + day,
      failingSince: Date.now(),
      error: 'The store is away.',
      last: {
        at: Date.now() - day,
        erased: { count: 1, bytes: 5e6 },
        orphans: { count: 0, bytes: 0 },
        recordsRemoved: { count: 2, bytes: 1000 },
        records: [],
        leftovers: 1,
        missing: { count: 7, some: ['web@v1'] },
      },
    },
  })
  const { stdout } = await run('usage')
  const lines = stdout.split('\n')
  expect(lines[1]).toMatch(/^web +12 +1\.2 GB +2, 200\.0 MB +-3\.0 MB +24, 66 kB$/)
  expect(lines[3]).toMatch(/^all +24 +2\.4 GB +4, 400\.0 MB +-6\.0 MB +48, 132 kB$/)
  expect(lines[4]).toMatch(/^The upkeep fails since .*: The store is away\.$/)
  expect(lines[5]).toBe(
    'Upkeep 1d ago: removed 1 artifact, 5.0 MB; 2 files, 1 kB of builds; 1 unfinished upload.',
  )
  expect(lines[6]).toBe('Missing in the store: web@v1 and 6 more.')
})
