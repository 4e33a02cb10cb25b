import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ArtifactView } from '../../../shared/api/artifacts.ts'
import type { BuildView } from '../../../shared/api/builds.ts'
import { bundleCli, runCli, type Ran } from '../../../test/fixtures/cli-bundle.ts'
import { exampleDeploy } from '../../../test/fixtures/example-deploy.ts'
import { refusal, ScriptedTracker } from '../../../test/fixtures/scripted-tracker.ts'

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

const complete = (words: readonly string[], url = tracker.url): Promise<Ran> =>
  runCli(cli, ['complete', '--', ...words], { url })

const valuesFor = async (...words: string[]): Promise<string[]> => {
  const { stdout, stderr, code } = await complete(words)
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']))
}

describe('what the program itself knows', () => {
  test.each<[string, string[], string[]]>([
    ['commands', ['st'], ['status', 'stop-nats']],
    ['commands after a flag with a value', ['--url', 'x', 'dep'], ['deploy']],
    ['commands of a command', ['services', 'a'], ['add']],
    ['commands to get help on', ['help', 'ver'], ['versions']],
    ['flags of a command', ['deploy', 'web', '--de'], ['--detach']],
    ['flags of a command of a command', ['services', 'add', '--p'], ['--path']],
    ['flags of the program', ['hosts', '--js'], ['--json']],
    ['choices', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['files', ['services', 'add', 'web', '/'], [':files']],
    ['nothing where text is free', ['deploy', 'web', '--reason', ''], []],
    ['nothing after the last argument', ['deploy', 'web', ''], []],
    ['no flags after --', ['deploy', 'web', '--', '--de'], []],
    ['nothing of an unknown command', ['nonsense', ''], []],
  ])('%s', async (_, words, values) => {
    expect(await valuesFor(...words)).toEqual(values)
    expect(tracker.calls).toEqual([])
  })

  test('its own hidden command is no candidate', async () => {
    expect(await valuesFor('comp')).toEqual(['completion'])
  })
})

describe('what the tracker knows', () => {
  beforeEach(() => {
    tracker.answers.listServices = () => ({ services: [service('web'), service('worker'), service('api')] })
    tracker.answers.listHosts = () => ({
      hosts: [
        host('web-1.prod', 'prod', 'a'),
        host('web-2.prod', 'prod', 'b'),
        host('db-1.test', 'test', 'a'),
      ],
    })
    tracker.answers.listBuilds = () => ({
      builds: [
        build(4, 'v3', 'failed'),
        build(3, 'v2', 'built'),
        build(2, 'v10', 'built'),
        build(1, 'v2', 'built'),
      ],
    })
    const none = { count: 0, bytes: 0 }
    tracker.answers.listArtifacts = ({ query }) => ({
      artifacts: query['service'] === 'web' ? [artifact('3'), artifact('1')] : [],
      ...{ stay: none, go: none },
    })
    tracker.answers.listLocks = () => ({
      locks: [{ service: 'web', owner: 'ann', reason: 'x', takenAt: 1, expiresAt: 2 }],
    })
    tracker.answers.listFreezes = () => ({ freezes: [freeze('fair'), freeze('weekend')] })
    tracker.answers.listHooks = () => ({ hooks: [hook] })
    tracker.answers.listNotifiers = () => ({ notifiers: [chat] })
    tracker.answers.listDeploys = () => ({
      deploys: [view(12, undefined), view(11, Date.now())],
    })
  })

  test.each<[string, string[], string[]]>([
    ['services, to which a version is to be added', ['deploy', 'w'], ['web@', 'worker@']],
    ['versions, newest first, without those that failed', ['deploy', 'web@'], ['web@v2', 'web@v10']],
    ['versions that begin so', ['build', 'web@v1'], ['web@v10']],
    [
      'artifacts that are kept, by their digests',
      ['deploy', 'web@sha256:3'],
      [`web@sha256:${'3'.repeat(12)}`],
    ],
    ['clusters', ['deploy', 'web@v2', '-c', ''], ['prod', 'test']],
    ['clusters behind an equals sign', ['deploy', 'web', '--cluster=p'], ['--cluster=prod']],
    ['host names', ['hosts', '-H', 'web'], ['web-1.prod', 'web-2.prod']],
    ['labels', ['versions', '-l', 'rack='], ['rack=a', 'rack=b']],
    ['services alone', ['versions', '--service', 'a'], ['api']],
    ['services to lock', ['lock', 'w'], ['web', 'worker']],
    ['services that are locked', ['unlock', ''], ['web']],
    ['freezes', ['freeze', 'remove', 'w'], ['weekend']],
    ['time zones', ['freeze', 'add', 'x', '--zone', 'Europe/Berl'], ['Europe/Berlin']],
    ['services whose settings are asked for', ['env', 'list', 'a'], ['api']],
    ['deploys', ['watch', '1'], ['12', '11']],
    ['deploys that run', ['cancel', ''], ['12']],
    ['deploys and services', ['rollback', ''], ['web', 'worker', 'api', '12', '11']],
    ['hooks', ['hooks', 'show', ''], ['web-github']],
    ['hooks’ sources', ['hooks', 'add', 'web', '--from', 'gi'], ['github', 'gitlab', 'gitea']],
    ['notifiers', ['notify', 'test', ''], ['chat']],
    ['builds', ['logs', '--build', ''], ['4', '3', '2', '1']],
    ['builds to look at', ['builds', 'show', ''], ['4', '3', '2', '1']],
  ])('%s', async (_, words, values) => {
    expect(await valuesFor(...words)).toEqual(values)
  })

  test('each with a few words, safe to show', async () => {
    tracker.answers.listBuilds = () => ({
      builds: [{ ...build(1, 'v1', 'built'), subject: 'Fix\tthe\n\u001b[2Jpage' }],
    })
    const { stdout } = await complete(['deploy', 'web@'])
    expect(stdout).toMatch(/^web@v1\tbuilt \d+s ago: Fix {4}the page\n$/)
  })

  test('of the tracker that the command line names', async () => {
    const { stdout } = await complete(['--url', tracker.url, 'deploy', 'ap'], 'http://127.0.0.1:9')
    expect(stdout).toMatch(/^api@\t/)
  })
})

describe('says nothing', () => {
  const nothing = { code: 0, stdout: '', stderr: '' }

  test('when nobody is logged in', async () => {
    expect(await runCli(cli, ['complete', '--', 'deploy', 'w'])).toEqual(nothing)
  })

  test('when the token is wrong', async () => {
    tracker.answers.listServices = () => refusal(401, 'unauthenticated', 'No.')
    expect(await complete(['deploy', 'w'])).toEqual(nothing)
  })

  test('when the tracker is down', async () => {
    expect(await complete(['deploy', 'w'], 'http://127.0.0.1:9')).toEqual(nothing)
  })

  test('when the tracker takes the question and never answers', async () => {
    const mute = createServer().listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { port } = mute.address() as AddressInfo
    expect(await complete(['deploy', 'w'], `http://127.0.0.1:${port}`)).toEqual(nothing)
    mute.close()
  })
})

const service = (name: string) => ({
  ...{ name, repo: '/srv/git/x', path: '.', rules: [], createdAt: 1 },
  restrictions: [],
})

const freeze = (name: string) => ({
  ...{ name, reason: 'x', createdBy: 'ann', createdAt: 1 },
  window: { kind: 'dated', from: 1, until: 2 },
})

const chat = {
  ...{ name: 'chat', host: 'https://hooks.chat.example', format: 'json', on: ['failed'] },
  ...{ createdBy: 'ci', createdAt: 1, givenUp: 0 },
}

const hook = {
  ...{ name: 'web-github', service: 'web', from: 'github', branches: [], tags: [], paths: [] },
  ...{ createdBy: 'ci', createdAt: 1 },
}

const host = (name: string, cluster: string, rack: string) => ({
  id: 'h000000000001',
  name,
  cluster,
  labels: { rack },
  state: 'reporting' as const,
})

const build = (id: number, version: string, state: BuildView['state']): BuildView => ({
  id,
  service: 'web',
  version,
  commit: 'c'.repeat(40),
  isKept: false,
  subject: 'Change it',
  state,
  cause: 'person',
  askedBy: 'ann',
  attempts: 1,
  createdAt: Date.now(),
  ...(state === 'built' ? { digest: String(id).repeat(64) } : {}),
})

const artifact = (digit: string): ArtifactView => ({
  ...{ digest: digit.repeat(64), service: 'web', version: 'v2', commit: 'c'.repeat(40) },
  ...{ size: 1, createdAt: Date.now(), keptBecause: [] },
})

const view = (id: number, endedAt: number | undefined) => {
  const {
    targets: _targets,
    seq: _seq,
    warnings: _warnings,
    restrictions: _restrictions,
    ...deploy
  } = exampleDeploy([], { id, state: endedAt ? 'succeeded' : 'rolling' })
  return { ...deploy, ...(endedAt === undefined ? {} : { endedAt }) }
}
