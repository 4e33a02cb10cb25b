import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DirectoryStore } from '../../shared/adapters/directory-store.ts'
import { NatsBus } from '../../shared/adapters/nats-bus.ts'
import type { RecordKey } from '../../shared/artifact-store.ts'
import { BuildRecord } from '../../shared/domain/build-record.ts'
import type { BuildStep } from '../../shared/domain/event.ts'
import { PersonError } from '../../shared/errors.ts'
import { createLogger } from '../../shared/log.ts'
import {
  buildCall,
  buildLogMessage,
  buildResultCall,
  buildStepMessage,
  packerHeartbeatMessage,
  stopBuildCall,
} from '../../shared/messages/build.ts'
import { compareCall, resolveCall, type Resolved, changedCall } from '../../shared/messages/sources.ts'
import { Nats } from '../../test/dev-env/nats.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import type { BuildRequest } from '../artifact/commission.ts'
import type { BuildResult } from './report-result.ts'
import { serve } from './serve.ts'
import { packerTools } from '../../test/fixtures/packer-tools.ts'

const id = 'p0123456789ab'
const log = createLogger('test', 'silent')
const top = await mkdtemp(join(tmpdir(), 'packer-serve-'))
const repo = join(top, 'repo')
const source = { service: 'web', repo, path: '.' }

let nats: Nats
let tracker: NatsBus
let stop: AbortController
let served: Promise<void>
let packerBus: NatsBus
let heartbeats: number[][]
let lines: string[]
let steps: BuildStep[]
let store: DirectoryStore
let results: BuildResult[]
let takeResult: (result: BuildResult) => void

beforeAll(async () => {
  execFileSync('git', ['init', '-q', '-b', 'main', repo])
  await writeFile(
    join(repo, 'service.yaml'),
    'service: web\nbuild: { type: python }\nrun: { command: python3 app.py }\n',
  )
  await writeFile(join(repo, 'app.py'), 'print("hello")\n')
  git('add', '.')
  git('commit', '-qm', 'all')
  git('tag', 'v1')
  nats = await Nats.start(['tracker', id])
})
afterAll(async () => {
  await nats[Symbol.asyncDispose]()
  await rm(top, { recursive: true, force: true })
})

beforeEach(async () => {
  ;[heartbeats, lines, steps, results] = [[], [], [], []]
  takeResult = () => undefined
  stop = new AbortController()
  tracker = await NatsBus.connect({ url: nats.url, ...nats.user('tracker'), log })
  tracker.subscribe(packerHeartbeatMessage, undefined, ({ builds }) =>
    heartbeats.push(builds.map(({ id }) => id)),
  )
  tracker.subscribe(buildLogMessage, undefined, (message) =>
    lines.push(...message.lines.map(({ text }) => text)),
  )
  tracker.subscribe(buildStepMessage, undefined, ({ step }) => steps.push(step))
  tracker.serve(buildResultCall, (result) => {
    results.push(result)
    takeResult(result)
    return { v: 1 as const }
  })
  await tracker.flush()
  packerBus = await NatsBus.connect({ url: nats.url, ...nats.user(id), log })
  const tools = await packerTools(join(top, 'work'), { signal: stop.signal })
  await mkdir(tools.paths.build, { recursive: true })
  store = tools.store
  const packer = {
    id,
    capacity: 2,
    labels: { os: 'linux', arch: 'x64' },
    bus: packerBus,
    tools,
    log,
    signal: stop.signal,
  }
  await new Promise<void>((ready) => {
    served = serve(packer, ready)
  })
})
afterEach(async () => {
  stop.abort()
  await served
  await packerBus[Symbol.asyncDispose]()
  await tracker[Symbol.asyncDispose]()
})

const git = (...args: string[]): unknown =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: repo })

/** On main; what v1 names stays as it is. */
const commitService = async (build: string): Promise<void> => {
  await writeFile(join(repo, 'service.yaml'), `service: web\n${build}\nrun: { command: python3 app.py }\n`)
  git('commit', '-qam', build, '--allow-empty')
}

const slowBuild = async (): Promise<Pick<BuildRequest, 'commit' | 'buildConfig'>> => {
  const answer = await tracker.call(resolveCall, {}, { v: 1, source, ref: 'main' }, 10_000)
  if (!answer.here) throw new Error('its labels do not fit')
  return { commit: answer.commit, buildConfig: answer.buildConfig }
}

const resolved = async (): Promise<Resolved> => {
  const answer = await tracker.call(resolveCall, {}, { v: 1, source, ref: 'v1' }, 10_000)
  if (!answer.here) throw new Error('its labels do not fit')
  return answer
}
const requestFor = async (buildId: number): Promise<BuildRequest> => {
  const { commit, version, buildConfig } = await resolved()
  return { v: 1, buildId, attempt: 1, source, commit, version, buildConfig, fresh: false }
}

test('a ref is resolved, and what is wrong with it is said in the packer’s words', async () => {
  expect(await resolved()).toMatchObject({ version: 'v1', subject: 'all', rollout: { canary: 1 } })
  await expect(tracker.call(resolveCall, {}, { v: 1, source, ref: 'v9' }, 10_000)).rejects.toMatchObject({
    code: 'not-found',
    message: `There is no branch, tag or commit 'v9' in ${repo}.`,
    hint: 'Newest tags: v1. Branches: main.',
  })
})

test('commits are compared; those that the repo does not have are left out', async () => {
  const { commit } = await resolved()
  const compared = (to: string) =>
    tracker.call(compareCall, {}, { v: 1, source, from: [commit, 'f'.repeat(40)], to }, 10_000)
  const nothing = { count: 0, latest: [] }
  expect(await compared(commit)).toEqual({ v: 1, spans: [{ from: commit, gained: nothing, lost: nothing }] })
  expect(await compared('f'.repeat(40))).toEqual({ v: 1, spans: [] })
})

test('what has changed is asked of commits; of one that the repo does not have it is not known', async () => {
  const { commit } = await resolved()
  const asked = (to: string) =>
    tracker.call(changedCall, {}, { v: 1, source, from: commit, to, globs: ['**'] }, 10_000)
  expect(await asked(commit)).toEqual({ v: 1, known: true })
  expect(await asked('f'.repeat(40))).toEqual({ v: 1, known: false })
})

test('a build is taken at once, told of while it runs, and its result repeated until it is stored', async () => {
  let refusals = 2
  takeResult = () => {
    if (refusals-- > 0) throw new PersonError('unavailable', 'The database is busy.')
  }
  const request = await requestFor(7)
  expect(await tracker.call(buildCall, { to: id }, request, 1000)).toEqual({ v: 1, packer: id })
  expect(await tracker.call(buildCall, { to: id }, request, 1000)).toEqual({ v: 1, packer: id })
  await eventually('the result', () => results.length === 3)
  expect(results[2]).toMatchObject({ outcome: 'built', artifact: { version: 'v1', commit: request.commit } })
  expect(heartbeats).toContainEqual([7])
  await eventually('the log', () => lines.some((line) => line.startsWith('Stored as ')))
  expect(lines.filter((line) => line.startsWith('Building web v1'))).toHaveLength(1)
  expect(steps.filter(({ state }) => state === 'done').map(({ name }) => name)).toEqual(stepsOfPython)
  await eventually('an idle heartbeat', () => heartbeats.at(-1)?.length === 0)
})

const stepsOfPython = ['fetch', 'export', 'compile', 'pack', 'store']

const kept = async (key: RecordKey): Promise<string> => {
  const { stream } = await store.openRecord(key, new AbortController().signal)
  return gunzipSync(await buffer(stream)).toString()
}

test('log and record of a build are in the store when its result is told', async () => {
  const request = await requestFor(9)
  await tracker.call(buildCall, { to: id }, request, 1000)
  await eventually('the result', () => results.length === 1)
  expect(results[0]).toMatchObject({ outcome: 'built', kept: '9-1' })
  expect(await kept('logs/9-1.log.gz')).toMatch(
    /^\S{24} packer Building web v1[^]* packer Stored as [0-9a-f]{64}\.\n$/,
  )
  const { made, ...record } = BuildRecord.parse(JSON.parse(await kept('records/9-1.json.gz')))
  expect(record.steps.map(({ name }) => name)).toEqual(stepsOfPython)
  expect(made).toMatchObject({
    manifest: { service: 'web', config: { run: { command: 'python3 app.py' } } },
    directories: [
      { path: '.', files: 3 },
      { path: '__pycache__', files: 1 },
    ],
    provenance: {
      subject: [{ name: 'web@v1' }],
      predicate: {
        buildDefinition: { resolvedDependencies: [{ digest: { gitCommit: request.commit } }] },
        runDetails: {
          builder: { id: `urn:apptracker:packer:${id}` },
          metadata: { invocationId: 'build 9, attempt 1' },
        },
      },
    },
  })
})

test('a build that it would do otherwise is declined, so that another packer can be asked', async () => {
  const request = { ...(await requestFor(8)), attempt: 2, buildConfig: 'f'.repeat(64) }
  await tracker.call(buildCall, { to: id }, request, 1000)
  await eventually('the result', () => results.length === 1)
  expect(results[0]).toMatchObject({
    attempt: 2,
    outcome: 'declined',
    error: expect.stringMatching(/another way/) as string,
  })
})

test('a packer that is stopped in the middle clears its builds away and reports none', async () => {
  await tracker.call(buildCall, { to: id }, await requestFor(11), 1000)
  await eventually('a build to run', () => lines.some((line) => line.startsWith('$ ')))
  stop.abort()
  await served
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  expect(await readdir(join(top, 'work/build'))).toEqual([])
})

test('a service whose build.on names other labels is left to a packer that has them', async () => {
  await commitService('build: { type: python, on: { arch: arm64, gpu: "yes" } }')
  const ask = tracker.call(resolveCall, {}, { v: 1, source, ref: 'main' }, 10_000)
  expect(await ask).toEqual({ v: 1, here: false, on: { arch: 'arm64', gpu: 'yes' } })
})

test('it takes no more builds than it has room for, of one service one at a time, and says what it can', async () => {
  await commitService('build: { type: command, command: sleep 600, output: [.] }')
  const request = { ...(await requestFor(21)), ...(await slowBuild()) }
  await tracker.call(buildCall, { to: id }, request, 1000)
  const another = { ...request, buildId: 22 }
  await expect(tracker.call(buildCall, { to: id }, another, 1000)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'This packer is building web already.',
  })
  const api = { ...source, service: 'api' }
  await tracker.call(buildCall, { to: id }, { ...another, source: api }, 1000)
  const third = { ...another, buildId: 23, source: { ...source, service: 'third' } }
  await expect(tracker.call(buildCall, { to: id }, third, 1000)).rejects.toMatchObject({
    message: 'This packer has 2 builds already.',
  })
})

test('a build that nobody wants any more is stopped, with all that it began, and its log is kept', async () => {
  await commitService('build: { type: command, command: sleep 600, output: [.] }')
  await tracker.call(buildCall, { to: id }, { ...(await requestFor(31)), ...(await slowBuild()) }, 1000)
  await eventually('the command to run', () => lines.some((line) => line.startsWith('$ ')))
  await tracker.call(stopBuildCall, { to: id }, { v: 1, buildId: 31 }, 5000)
  expect(await readdir(join(top, 'work/build'))).toEqual([])
  await eventually('an idle heartbeat', () => heartbeats.at(-1)?.length === 0)
  await tracker.call(stopBuildCall, { to: id }, { v: 1, buildId: 31 }, 5000)
  expect(results).toEqual([{ v: 1, buildId: 31, attempt: 1, outcome: 'stopped', kept: '31-1' }])
  expect(await kept('logs/31-1.log.gz')).toMatch(/\$ sh -c sleep 600\n\S+ packer Stopped\.\n$/)
})
